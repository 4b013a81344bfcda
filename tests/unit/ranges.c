/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of ranges: text is parsed into names, and names are written as text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/ranges.h"

/* Returns the group "g", which has a1 to a3, or for "*" all names: a1 to a5. */
static const struct name_set *
group(void *ctx, const char *name, char why[RANGES_WHY])
{
	struct name_set **sets = ctx;

	if (strcmp(name, "g") == 0)
		return sets[0];
	return strcmp(name, "*") == 0 ? sets[1] : NULL;
}

/* Returns the names that `text` means, each followed by a blank; or "!" and the
 * error message. */
static const char *
names(const char *text)
{
	static char result[2000];
	struct name_set *sets[2] = {name_set_new(), name_set_new()};
	struct name_set *to = name_set_new();
	char why[RANGES_WHY];

	assert_int_equal(ranges_parse("a[1-3]", NULL, NULL, sets[0], why), 0);
	assert_int_equal(ranges_parse("a[1-5]", NULL, NULL, sets[1], why), 0);
	result[0] = '\0';
	if (ranges_parse(text, group, sets, to, why) == -1) {
		snprintf(result, sizeof result, "!%s", why);
	} else {
		for (size_t i = 0; i < name_set_count(to); i++) {
			strcat(result, name_set_at(to, i));
			strcat(result, " ");
		}
	}
	name_set_free(to);
	name_set_free(sets[0]);
	name_set_free(sets[1]);
	return result;
}

static void
parses(void **state)
{
	static const char *const table[][2] = {
	    {"", ""},
	    {"node7", "node7 "},
	    {"n[08-10]", "n08 n09 n10 "},
	    {"n[8-10,12]", "n8 n9 n10 n12 "},
	    {"n[099-101]", "n099 n100 n101 "},
	    {"n[1-7/3]x", "n1x n4x n7x "},
	    {"r[1-2]n[1-2]", "r1n1 r1n2 r2n1 r2n2 "},
	    {"b, a,b", "b a "},
	    {"a b\tc", "a b c "},
	    {"@g,z", "a1 a2 a3 z "},
	    {"@g!a2", "a1 a3 "},
	    {"@g,!a[2-3],a2", "a1 a2 "},
	    {"!a[2-4]", "a1 a5 "},
	    {"!@g", "a4 a5 "},
	    {"@*", "a1 a2 a3 a4 a5 "},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_string_equal(names(table[i][0]), table[i][1]);
}

static void
refuses(void **state)
{
	static const char *const table[][2] = {
	    {"n[1-", "]' is missing"},
	    {"n[]", "numbers are like"},
	    {"n[1,]", "numbers are like"},
	    {"n[1-2x]", "numbers are like"},
	    {"n[5-1]", "goes backwards"},
	    {"n[001-10]", "other widths"},
	    {"n[1-9/0]", "a step"},
	    {"n[1234567890]", "numbers are like"},
	    {"n[1-9000]", "more than 8192 names"},
	    {"[1-99999999][1-99999999]", "more than 8192 names"},
	    {"n[1-8000],n[1-8000],n[1-8000],n[1-8000],n[1-8000]",
	     "too many names"},
	    {"@nobody", "@nobody: no such group"},
	    {"a,!", "a name is missing"},
	    {"../etc", "no name"},
	    {"a/b", "no name"},
	    {"$(reboot)", "no name"},
	    {"a;b", "no name"},
	    {"-a", "no name"},
	    {"a-", "no name"},
	    {"a]", "no name"},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	     "at most 63"},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "[1-10]",
	     "at most 63"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const char *said = names(table[i][0]);

		if (*said != '!' || strstr(said, table[i][1]) == NULL)
			fail_msg("%s: %s", table[i][0], said);
	}
}

static void
bounds_text(void **state)
{
	char long_text[RANGES_TEXT_MAX + 2];

	memset(long_text, ',', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_non_null(strstr(names(long_text), "longer than"));
	long_text[RANGES_TEXT_MAX] = '\0';
	assert_string_equal(names(long_text), "");
}

static void
folds(void **state)
{
	static const char *const table[][2] = {
	    {"", ""},
	    {"a", "a"},
	    {"n3,n1,n2", "n[1-3]"},
	    {"n[01-40,50]", "n[01-40,50]"},
	    {"n[8-10]", "n[8-10]"},
	    {"n[099-101]", "n[099-101]"},
	    {"n9,n010", "n[9,010]"},
	    {"n1,n01", "n[1,01]"},
	    {"n[1-2]x,n[1-2]y,z", "n[1-2]x,n[1-2]y,z"},
	    {"n,n1,n2", "n,n[1-2]"},
	    {"r1n1,r1n2,r2n1", "r1n[1-2],r2n1"},
	    {"x12345678901,x12345678902", "x12345678901,x12345678902"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct name_set *s = name_set_new(), *again = name_set_new();
		char why[RANGES_WHY], *text;

		assert_int_equal(ranges_parse(table[i][0], NULL, NULL, s, why),
				 0);
		text = ranges_text(s);
		assert_string_equal(text, table[i][1]);
		assert_int_equal(ranges_parse(text, NULL, NULL, again, why), 0);
		assert_int_equal(name_set_count(again), name_set_count(s));
		free(text);
		name_set_free(s);
		name_set_free(again);
	}
}

static void
sets(void **state)
{
	struct name_set *s = name_set_new();
	char name[16];

	for (int i = 0; i < NAME_SET_MAX; i++) {
		sprintf(name, "n%d", i);
		assert_int_equal(name_set_add(s, name, strlen(name)), 0);
	}
	assert_int_equal(name_set_add(s, "n17", 3), 0);
	assert_int_equal(name_set_add(s, "more", 4), -1);
	assert_int_equal(name_set_find(s, "n4711"), 4711);
	assert_int_equal(name_set_find(s, "more"), -1);
	name_set_clear(s);
	assert_int_equal(name_set_count(s), 0);
	assert_int_equal(name_set_find(s, "n4711"), -1);
	name_set_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses),      cmocka_unit_test(refuses),
	    cmocka_unit_test(bounds_text), cmocka_unit_test(folds),
	    cmocka_unit_test(sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
