/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the list of machines: each machine keeps its name and address, also
 * when the list is written to a file and read again; patterns give names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "boot/machines.h"

#define NET 0x0a000000U

static const uint8_t *
mac_of(unsigned i)
{
	static uint8_t mac[MAC_SIZE] = {0x52};

	mac[3] = i >> 16;
	mac[4] = i >> 8 & 255;
	mac[5] = i & 255;
	return mac;
}

static FILE *
text_file(const char *text)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	fputs(text, f);
	rewind(f);
	return f;
}

static void
test_patterns(void **state)
{
	static const char *const bad[] = {"",    "#-#",  "-#",  "#-",
					  "a_#", "a.b#", "a b", "#a#"};
	static const struct {
		const char *pattern;
		uint32_t number;
		const char *name;
	} good[] = {
	    {"node##", 7, "node07"}, {"node##", 123, "node123"},
	    {"a#-lab", 5, "a5-lab"}, {"pc", 3, "pc3"},
	    {"###", 1, "001"},
	};
	char name[HOST_NAME_MAX_TEXT];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(pattern_ok(bad[i]) && bad[i][0] != '\0');
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(pattern_ok(good[i].pattern));
		pattern_name(good[i].pattern, good[i].number, name);
		assert_string_equal(name, good[i].name);
		assert_true(host_name_ok(name));
	}
	assert_false(pattern_ok("123456789012345678901234567890"
				"123456789012345678901"));
}

static void
test_settle(void **state)
{
	struct machines *ms = machines_new();
	struct machine *a = machines_add(ms, mac_of(1), 10);
	struct machine *b = machines_add(ms, mac_of(2), 11);

	assert_ptr_equal(machines_add(ms, mac_of(1), 12), a);
	assert_int_equal(a->seen, 12);
	machines_settle(ms, a, NET + 5, "n#", 5);
	assert_string_equal(a->name, "n5");
	/* b takes the address of a; a keeps its name, and no other machine gets
	 * that name */
	machines_settle(ms, b, NET + 5, "n#", 5);
	assert_int_equal(a->ip, 0);
	assert_ptr_equal(machines_by_ip(ms, NET + 5), b);
	assert_string_not_equal(b->name, "n5");
	assert_ptr_equal(machines_by_name(ms, "N5"), a);
	assert_null(machines_by_ip(ms, 0));
	machines_free(ms);
}

static void
test_full(void **state)
{
	struct machines *ms = machines_new();

	for (unsigned i = 0; i < MACHINES_MAX; i++)
		machines_add(ms, mac_of(i), 1000 - (i == 77) * 500);
	machines_by_mac(ms, mac_of(78))->seen = 1;
	machines_by_mac(ms, mac_of(78))->fixed = true;
	machines_add(ms, mac_of(MACHINES_MAX), 1001);
	assert_int_equal(machines_count(ms), MACHINES_MAX);
	assert_null(machines_by_mac(ms, mac_of(77)));
	assert_non_null(machines_by_mac(ms, mac_of(78)));
	assert_non_null(machines_by_mac(ms, mac_of(MACHINES_MAX)));
	machines_free(ms);
}

/* An address can be taken from a machine that never accepted it
 * MACHINE_UNTAKEN_S after the machine was seen last, and from one that accepted
 * it after MACHINE_LEASE_S. */
static void
test_reclaim(void **state)
{
	struct machines *ms = machines_new();
	struct machine *m;

	for (unsigned i = 0; i < 4; i++) {
		m = machines_add(ms, mac_of(i), 1000 + i);
		machines_settle(ms, m, NET + 10 + i, "n#", i);
	}
	machines_by_mac(ms, mac_of(0))->leased = true;
	machines_by_mac(ms, mac_of(1))->fixed = true;
	m = machines_add(ms, mac_of(9), 1005);
	assert_int_equal(machines_reclaim(ms, m, NET + 10, NET + 13, 1005), 0);
	assert_int_equal(machines_reclaim(ms, m, NET + 10, NET + 13,
					  1003 + MACHINE_UNTAKEN_S),
			 NET + 12);
	assert_int_equal(machines_by_mac(ms, mac_of(2))->ip, 0);
	assert_string_equal(machines_by_mac(ms, mac_of(2))->name, "");
	assert_int_equal(machines_reclaim(ms, m, NET + 10, NET + 13,
					  1003 + MACHINE_UNTAKEN_S),
			 NET + 13);
	assert_int_equal(
	    machines_reclaim(ms, m, NET + 10, NET + 13, 999 + MACHINE_LEASE_S),
	    0);
	assert_int_equal(
	    machines_reclaim(ms, m, NET + 10, NET + 13, 1000 + MACHINE_LEASE_S),
	    NET + 10);
	assert_true(MACHINE_UNTAKEN_S < 30);
	machines_free(ms);
}

static void
test_kept(void **state)
{
	struct machines *ms = machines_new(), *again = machines_new();
	FILE *f = tmpfile();
	unsigned line;

	for (unsigned i = 1; i < 50; i++) {
		struct machine *m = machines_add(ms, mac_of(i), 100 + i);

		machines_settle(ms, m, NET + i, "n#", i);
		machines_stage(m, i % (STAGE_GONE + 1), 200 + i);
	}
	/* the file also keeps a machine without address and name */
	machines_add(ms, mac_of(99), 3);
	assert_int_equal(machines_write(ms, f), 0);
	rewind(f);
	assert_int_equal(machines_read(again, f, &line), 0);
	assert_int_equal(machines_count(again), 50);
	for (size_t i = 0; i < machines_count(ms); i++) {
		const struct machine *a = machines_at(ms, i);
		const struct machine *b = machines_by_mac(again, a->mac);

		assert_non_null(b);
		assert_int_equal(a->ip, b->ip);
		assert_string_equal(a->name, b->name);
		assert_int_equal(a->stage, b->stage);
		assert_int_equal(a->since, b->since);
		assert_int_equal(a->seen, b->seen);
	}
	fclose(f);
	machines_free(ms);
	machines_free(again);
}

static void
test_wrong_lines(void **state)
{
	static const char *const bad[] = {
	    "\n",
	    "52:54:00:00:00:01 10.0.0.1 a up 1\n",
	    "52:54:00:00:00:01 10.0.0.1 a_b up 1 2\n",
	    "52:54:00:00:00:01 10.0.0 a up 1 2\n",
	    "52:54:00:00:00 10.0.0.1 a up 1 2\n",
	    "52:54:00:00:00:01 10.0.0.1 a down 1 2\n",
	    "00:00:00:00:00:00 10.0.0.1 a up 1 2\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct machines *ms = machines_new();
		FILE *f = text_file(bad[i]);
		unsigned line;

		assert_int_equal(machines_read(ms, f, &line), -1);
		assert_int_equal(line, 1);
		assert_int_equal(machines_count(ms), 0);
		fclose(f);
		machines_free(ms);
	}
}

/* The administrator's list has precedence over the file of leases, and its
 * names and addresses are taken from other machines. */
static void
test_list(void **state)
{
	struct machines *ms = machines_new();
	FILE *list = text_file("# all\n\n52:00:00:00:00:01 teacher 10.0.0.9\n"
			       "52-00-00-00-00-02 n7 # no address\n");
	FILE *kept = text_file("52:00:00:00:00:01 10.0.0.3 n3 up 1 2\n"
			       "52:00:00:00:00:02 10.0.0.4 n4 up 1 2\n"
			       "52:00:00:00:00:07 10.0.0.9 n7 up 1 2\n");
	const struct machine *m;
	const char *why;
	unsigned line;

	assert_int_equal(machines_read_list(ms, list, 5, &line, &why), 0);
	assert_int_equal(machines_read(ms, kept, &line), 0);
	m = machines_by_mac(ms, mac_of(1));
	assert_string_equal(m->name, "teacher");
	assert_int_equal(m->ip, NET + 9);
	assert_int_equal(m->stage, STAGE_UP);
	/* a machine whose line in the list has no address keeps that of its
	 * lease */
	assert_string_equal(machines_by_mac(ms, mac_of(2))->name, "n7");
	assert_int_equal(machines_by_mac(ms, mac_of(2))->ip, NET + 4);
	m = machines_by_mac(ms, mac_of(7));
	assert_string_equal(m->name, "");
	assert_int_equal(m->ip, 0);

	/* the administrator gives a new list while machines are known */
	fclose(list);
	list = text_file("52:00:00:00:00:07 teacher 10.0.0.9\n");
	assert_int_equal(machines_read_list(ms, list, 6, &line, &why), 0);
	assert_string_equal(machines_by_mac(ms, mac_of(7))->name, "teacher");
	assert_string_equal(machines_by_mac(ms, mac_of(1))->name, "");
	assert_int_equal(machines_by_mac(ms, mac_of(1))->ip, 0);
	fclose(list);
	fclose(kept);
	machines_free(ms);
}

/* An address that the list keeps for a role is no machine's. */
static void
test_kept_for_role(void **state)
{
	struct machines *ms = machines_new();
	FILE *list = text_file("role 10.0.0.3\n52:00:00:00:00:01 teacher\n");
	FILE *none = text_file("52:00:00:00:00:01 teacher\n");
	FILE *kept = text_file("52:00:00:00:00:02 10.0.0.3 n3 up 1 2\n"
			       "52:00:00:00:00:07 10.0.0.4 n4 up 1 2\n");
	const char *why;
	unsigned line;

	assert_int_equal(machines_read_list(ms, list, 5, &line, &why), 0);
	assert_int_equal(machines_read(ms, kept, &line), 0);
	assert_true(machines_keeps(ms, NET + 3));
	assert_int_equal(machines_by_mac(ms, mac_of(2))->ip, 0);
	assert_int_equal(machines_by_mac(ms, mac_of(7))->ip, NET + 4);
	machines_keep(ms, NET + 4);
	assert_int_equal(machines_by_mac(ms, mac_of(7))->ip, 0);
	assert_int_equal(machines_read_list(ms, none, 5, &line, &why), 0);
	assert_false(machines_keeps(ms, NET + 3));
	fclose(list);
	fclose(none);
	fclose(kept);
	machines_free(ms);
}

/* Reads an administrator's list of one line.  Returns the machine; NULL: the
 * line is wrong. */
static struct machine *
listed(struct machines *ms, const char *line)
{
	FILE *list = text_file(line);
	const char *why;
	unsigned number;
	int result = machines_read_list(ms, list, 5, &number, &why);

	fclose(list);
	return result == 0 ? machines_by_mac(ms, mac_of(1)) : NULL;
}

static void
test_image(void **state)
{
	static const char *const bad[] = {"image=", "image=lab", "image=lab@12",
					  "image=@", "image=lab@x"};
	struct machines *ms = machines_new();
	char line[256], id[DIGEST_HEX], hex[DIGEST_HEX];
	struct machine *m;

	memset(id, 'a', sizeof id - 1);
	id[sizeof id - 1] = '\0';
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(line, sizeof line, "52:00:00:00:00:01 n1 %s\n",
			 bad[i]);
		assert_null(listed(ms, line));
	}
	snprintf(line, sizeof line, "52:00:00:00:00:01 n1 disk image=lab@%s\n",
		 id);
	m = listed(ms, line);
	assert_non_null(m);
	assert_string_equal(digest_hex(&m->image, hex), id);
	assert_string_equal(m->image_name, "lab");
	snprintf(line, sizeof line, "52:00:00:00:00:01 n1 image=%s\n", id);
	m = listed(ms, line);
	assert_non_null(m);
	assert_string_equal(m->image_name, "");
	/* a new list that names no image for the machine takes its image away
	 */
	m = listed(ms, "52:00:00:00:00:01 n1\n");
	assert_true(digest_equal(&m->image, &(struct digest){{0}}));
	machines_free(ms);
}

static void
test_disk(void **state)
{
	static const char *const bad[] = {
	    "disk disk 10.0.0.9 10.0.0.8", "Disk", "job=", "job=x", "job=-1",
	    "job=99999999999999999999",    "tape"};
	struct machines *ms = machines_new();
	char line[128];
	struct machine *m;
	FILE *kept;
	unsigned n;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(line, sizeof line, "52:00:00:00:00:01 n1 %s\n",
			 bad[i]);
		assert_null(listed(ms, line));
	}
	assert_false(
	    machines_from_disk(listed(ms, "52:00:00:00:00:01 n1 10.0.0.9\n")));
	assert_true(machines_from_disk(
	    listed(ms, "52:00:00:00:00:01 n1 10.0.0.9 disk\n")));
	/* a machine does its job before it starts from its disk */
	m = listed(ms, "52:00:00:00:00:01 n1 disk job=7\n");
	assert_false(machines_from_disk(m));
	m->done = 6;
	assert_false(machines_from_disk(m));
	m->done = 7;
	assert_true(machines_from_disk(m));
	assert_false(machines_from_disk(
	    listed(ms, "52:00:00:00:00:01 n1 disk job=8\n")));
	assert_false(
	    machines_from_disk(listed(ms, "52:00:00:00:00:01 n1 job=7\n")));
	/* The number of the last job that a machine has done is kept in the
	 * file; a file of an earlier version does not have it. */
	kept = text_file("52:00:00:00:00:01 10.0.0.9 n1 up 1 2 9\n"
			 "52:00:00:00:00:02 10.0.0.8 n2 up 1 2\n");
	assert_int_equal(machines_read(ms, kept, &n), 0);
	assert_int_equal(machines_by_mac(ms, mac_of(1))->done, 9);
	assert_int_equal(machines_by_mac(ms, mac_of(2))->done, 0);
	fclose(kept);
	/* The text of an installer is bounded, and safe for a terminal. */
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	line[3] = '\033';
	assert_true(machines_say(m, line, 60));
	assert_int_equal(strlen(m->said), MACHINE_SAID - 1);
	assert_int_equal(m->said[3], '?');
	/* A machine that talks fills no log. */
	for (unsigned i = 1; i < MACHINE_LINES; i++)
		assert_true(machines_say(m, "x", 60 + i % 2));
	assert_false(machines_say(m, "y", 119));
	assert_string_equal(m->said, "y");
	assert_true(machines_say(m, "z", 120));
	/* nor does it when the clock is set back */
	assert_true(machines_say(m, "z", 5));
	machines_free(ms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_settle),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_kept),
	    cmocka_unit_test(test_reclaim),
	    cmocka_unit_test(test_wrong_lines),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_kept_for_role),
	    cmocka_unit_test(test_disk),
	    cmocka_unit_test(test_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
