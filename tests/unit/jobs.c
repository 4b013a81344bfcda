/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of lists of jobs: which lines are read, which are skipped, and which
 * jobs a machine has to do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "site/jobs.h"

#define NOW 5000
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct jobs
list(const char *text, bool repairs)
{
	struct jobs j = {0};

	assert_int_equal(jobs_read(&j, text, strlen(text), repairs), 0);
	return j;
}

/* Returns the jobs in the list `text` that are due for node1, each as "NUMBER
 * VERB" and with ", " between them. */
static char *
due_of(const char *text, uint64_t now_s)
{
	static char said[256];
	struct name_set *names = name_set_new();
	struct jobs_line due[JOBS_DUE_MAX];
	struct jobs j = list(text, false);
	size_t n;

	assert_int_equal(name_set_add(names, "node1", 5), 0);
	assert_int_equal(name_set_add(names, "52:54:00:77:00:01", 17), 0);
	n = jobs_due(&j, names, now_s, due);
	*said = '\0';
	for (size_t i = 0; i < n; i++)
		sprintf(said + strlen(said), "%s%d %s%s", i > 0 ? ", " : "",
			(int)due[i].number, jobs_verb_text(due[i].verb),
			due[i].wipe ? " wipe" : "");
	jobs_free(&j);
	name_set_free(names);
	return said;
}

static void
test_lines(void **state)
{
	static const char *const bad[] = {
	    "1",
	    "1 install",
	    "1 install node1",
	    "1 install node1 x",
	    "0 install node1 9",
	    "-1 install node1 9",
	    "+1 install node1 9",
	    "18446744073709551615 install node1 9",
	    "99999999999999999999 install node1 9",
	    "1 destroy node1 9",
	    "1 INSTALL node1 9",
	    "1 install node1 0",
	    "1 install - 9",
	    "1 install ../etc 9",
	    "1 install node1;reboot 9",
	    "1 install @all 9",
	    "1 install * 9",
	    "1 install 52:54:00:77:00:0 9",
	    "1 install 52:54:00:77:00:011 9",

	    "1 install 52:54:00:77:00:AB 9",
	    "1 install node1 9 Wipe",
	    "1 install node1 9 wipe wipe",
	    "1 install node1 9 wipe now",
	    "1 install node1 9\r",
	    "1 copy node1 9",
	    "1 copy node1 9 " ID,
	    "1 copy node1 9 " ID "0 /a",
	    "1 copy node1 9 " ID " a",
	    "1 copy node1 9 " ID " /",
	    "1 copy node1 9 " ID " /a/",
	    "1 copy node1 9 " ID " /a//b",
	    "1 copy node1 9 " ID " /a/../b",
	    "1 copy node1 9 " ID " /a/./b",
	    "1 copy node1 9 " ID " /a/..",
	    "1 copy node1 9 " ID " /a'b",
	    "1 copy node1 9 " ID " /a wipe",
	    "1 copy node1 9 " ID " /a replace replace",
	    "1 copy 52:54:00:77:00:01 9 " ID " /a",
	    " ",
	};
	struct jobs j;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		j = list(bad[i], false);
		if (j.n != 0 || j.skipped != 1)
			fail_msg("taken: %s", bad[i]);
		jobs_free(&j);
	}
	j = list("# 1 install node1 9\n\n7\tinstall  node1 9 wipe\n"
		 "8 repair 52:54:00:77:00:01 9223372036854775807",
		 false);
	assert_int_equal(j.n, 2);
	assert_int_equal(j.skipped, 0);
	assert_true(j.v[0].wipe && j.v[0].verb == JOBS_INSTALL);
	assert_true(!j.v[1].wipe && j.v[1].verb == JOBS_REPAIR);
	assert_string_equal(j.v[1].who, "52:54:00:77:00:01");
	assert_int_equal(jobs_highest(&j), 8);
	jobs_free(&j);
	/* From a list that a restricted key may sign only repairs are taken. */
	j = list("7 install node1 9\n8 repair node1 9\n", true);
	assert_int_equal(j.n, 1);
	assert_int_equal(j.v[0].number, 8);
	jobs_free(&j);
}

static void
test_bounds(void **state)
{
	static const char zero[] = "1 install node1 9\0 wipe\n";
	char *text = malloc(JOBS_FILE_MAX + 1);
	struct jobs_line l = {.number = 1, .who = "n", .expires_s = 9};
	struct jobs j = {0};

	memset(text, '\n', JOBS_FILE_MAX + 1);
	assert_int_equal(jobs_read(&j, text, JOBS_FILE_MAX, false), 0);
	assert_int_equal(jobs_read(&j, text, JOBS_FILE_MAX + 1, false), -1);
	assert_int_equal(errno, EFBIG);
	for (size_t i = 0; i < sizeof zero - 1; i++)
		text[i] = zero[i];
	memset(text + sizeof zero - 1, 'x', 1000);
	assert_int_equal(jobs_read(&j, text, 2000, false), 0);
	assert_int_equal(j.n, 0);
	assert_int_equal(j.skipped, 2);
	for (int i = 0; i < JOBS_MAX; i++)
		assert_int_equal(jobs_add(&j, &l), 0);
	assert_int_equal(jobs_add(&j, &l), -1);
	assert_int_equal(errno, EFBIG);
	jobs_free(&j);
	free(text);
}

/* The longest list that can be printed can be read again. */
static void
test_longest(void **state)
{
	struct jobs_line l = {.number = INT64_MAX,
			      .verb = JOBS_COPY,
			      .expires_s = INT64_MAX,
			      .replace = true};
	struct jobs j = {0}, again = {0};
	size_t len;
	char *text;
	FILE *to = open_memstream(&text, &len);

	memset(l.who, 'n', sizeof l.who - 1);
	memset(l.path, 'p', sizeof l.path - 1);
	l.path[0] = '/';
	for (int i = 0; i < JOBS_MAX; i++)
		assert_int_equal(jobs_add(&j, &l), 0);
	jobs_print(to, &j);
	fclose(to);
	assert_int_equal(jobs_read(&again, text, len, false), 0);
	assert_int_equal(again.n, JOBS_MAX);
	assert_int_equal(again.skipped, 0);
	jobs_free(&again);
	jobs_free(&j);
	free(text);
}

static void
test_due(void **state)
{
	static const struct {
		const char *list, *due;
	} table[] = {
	    {"", ""},
	    {"7 install node2 9999\n8 install node11 9999\n", ""},
	    {"7 install node1 9999 wipe\n", "7 install wipe"},
	    {"7 install 52:54:00:77:00:01 9999\n", "7 install"},
	    /* the job with the highest number counts, whatever the order of
	     * lines */
	    {"7 install node1 9999\n9 install node1 9999\n"
	     "8 install node1 9999 wipe\n",
	     "9 install"},
	    /* a repair counts if its number is higher than the installation's
	     */
	    {"7 repair node1 9999\n8 install node1 9999\n", "8 install"},
	    {"8 repair node1 9999\n8 install node1 9999\n", "8 install"},
	    {"9 repair node1 9999\n8 install node1 9999\n",
	     "8 install, 9 repair"},
	    {"9 repair node1 9999\n", "9 repair"},
	    /* A job expires, unless the clock shows less than the job's number.
	     */
	    {"7 install node1 4999\n", ""},
	    {"7 install node1 5000\n", "7 install"},
	    {"6000 install node1 4999\n", "6000 install"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_string_equal(due_of(table[i].list, NOW), table[i].due);
}

static void
test_drop(void **state)
{
	struct jobs j = list("7 install node1 9999\n8 repair node1 9999\n"
			     "9 install node2 4999\n9 install node3 9999\n",
			     false);
	struct jobs_line install = {.verb = JOBS_INSTALL, .who = "node1"};
	char text[400];
	FILE *to = fmemopen(text, sizeof text, "w");

	jobs_drop(&j, NOW, &install);
	jobs_print(to, &j);
	fclose(to);
	assert_string_equal(strstr(text, "\n8") + 1,
			    "8 repair node1 9999\n9 install node3 9999\n");
	/* A printed list is read again. */
	jobs_free(&j);
	j = list(text, false);
	assert_int_equal(j.n, 2);
	assert_int_equal(j.skipped, 0);
	jobs_free(&j);
}

/* Returns the numbers of the copies for node1 in the list, each followed by a
 * blank. */
static char *
copies_of(const char *text)
{
	static char said[64];
	struct jobs j = list(text, false);
	const struct jobs_line *l = NULL;

	*said = '\0';
	while ((l = jobs_copy_after(&j, "node1", NOW,
				    l != NULL ? l->number : 0)) != NULL)
		sprintf(said + strlen(said), "%d ", (int)l->number);
	jobs_free(&j);
	return said;
}

static void
test_copies(void **state)
{
	struct jobs j =
	    list("7 copy node1 9999 " ID " /a/b..c replace\n"
		 "8 copy node1 9999 " ID " /a/.d\n9 install node1 9999\n",
		 false);
	struct jobs_line l = {
	    .verb = JOBS_COPY, .who = "node1", .path = "/a/.d"};

	assert_int_equal(j.n, 3);
	assert_string_equal(j.v[0].path, "/a/b..c");
	assert_true(j.v[0].replace && !j.v[1].replace && !j.v[0].wipe);
	/* A copy takes the place of one to the same path alone. */
	jobs_drop(&j, NOW, &l);
	assert_int_equal(j.n, 2);
	assert_int_equal(j.v[1].number, 9);
	jobs_free(&j);
	assert_string_equal(copies_of("9 copy node1 9999 " ID " /a\n"
				      "7 copy node1 9999 " ID " /b\n"
				      "8 copy node2 9999 " ID " /b\n"
				      "6 copy node1 4999 " ID " /c\n"
				      "5 repair node1 9999\n"),
			    "7 9 ");
	/* Copies are no jobs of the installer, nor may a restricted key order
	 * them. */
	assert_string_equal(due_of("9 copy node1 9999 " ID " /a\n", NOW), "");
	j = list("9 copy node1 9999 " ID " /a\n", true);
	assert_int_equal(j.n, 0);
	jobs_free(&j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),   cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_longest), cmocka_unit_test(test_due),
	    cmocka_unit_test(test_drop),    cmocka_unit_test(test_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
