/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of when a satellite becomes a core node, and of which pools of
 * addresses are accepted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfield/core_pool.h"
#include "vfield/promote.h"

#define MB (1ULL << 20)
#define NEVER -1
#define START 1000000 /* a time in ms; arbitrary */

/* Facts that stay the same from START on, and after how many milliseconds they
 * make the node a core node. */
static const struct {
	const char *what;
	struct promote_facts f;
	int after_ms;
} steady[] = {
    {"the core is whole", {200 * MB, 60000, false, 3, 0}, NEVER},
    {"more than whole", {200 * MB, 60000, false, 5, 0}, NEVER},
    {"one is missing: the first", {200 * MB, 60000, false, 2, 0}, 2000},
    {"one is missing: the second", {200 * MB, 60000, false, 2, 1}, 7000},
    {"one is missing: the third", {200 * MB, 60000, false, 2, 2}, 12000},
    {"two are missing: the second", {200 * MB, 60000, false, 1, 1}, 2500},
    {"two are missing: the third", {200 * MB, 60000, false, 1, 2}, 7000},
    {"nobody answers: the first", {200 * MB, 60000, true, 3, 0}, 8000},
    {"nobody answers: the third", {200 * MB, 60000, true, 3, 2}, 9000},
    {"nobody answers: the fourth", {200 * MB, 60000, true, 3, 3}, 13000},
    {"too little memory", {40 * MB, 60000, false, 1, 0}, NEVER},
    {"too young", {200 * MB, 1000, false, 1, 0}, NEVER},
};

static int
turn(const struct promote_facts *f)
{
	struct promote p = {0};

	for (int t = 0; t < 60000; t += 500)
		if (promote_due(&p, f, START + t))
			return t;
	return NEVER;
}

static void
each_has_its_turn(void **state)
{
	for (size_t i = 0; i < sizeof steady / sizeof *steady; i++) {
		int got = turn(&steady[i].f);

		if (got != steady[i].after_ms)
			fail_msg("%s: after %d ms, not %d", steady[i].what, got,
				 steady[i].after_ms);
	}
}

/* If no core node is missing for a moment, the time until a promotion starts
 * anew. */
static void
a_moment_is_not_enough(void **state)
{
	struct promote_facts missing = {200 * MB, 60000, false, 2, 0},
			     whole = {200 * MB, 60000, false, 3, 0};
	struct promote p = {0};

	for (int t = 0; t < 1900; t += 100)
		assert_false(promote_due(&p, &missing, START + t));
	assert_false(promote_due(&p, &whole, START + 1900));
	for (int t = 2000; t < 3900; t += 100)
		assert_false(promote_due(&p, &missing, START + t));
	assert_true(promote_due(&p, &missing, START + 4000));
}

/* A node that changes from one member to another is alone for a moment; that
 * does not make it a core node. */
static void
another_member_answers(void **state)
{
	struct promote_facts alone = {200 * MB, 60000, true, 3, 0},
			     whole = {200 * MB, 60000, false, 3, 0};
	struct promote p = {0};
	int t = 0;

	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 11; i++, t += 500)
			assert_false(promote_due(&p, &alone, START + t));
		assert_false(promote_due(&p, &whole, START + t));
		t += 500;
	}
}

/* Even if nodes learn of each other's promotions late, no more of them become
 * core nodes than are needed, and in the end no core node is missing. */
static void
so_many_and_no_more(void **state)
{
	enum { NODES = 12, LATE_MS = 3000 };

	for (unsigned had = 0; had <= 3; had++) {
		struct promote p[NODES] = {{0}};
		/* when each node became a core node; 0: it is no core node */
		int since[NODES];
		unsigned cores = 0;

		memset(since, 0, sizeof since);
		for (int t = 1; t < 90000; t += 500)
			for (unsigned i = 0; i < NODES; i++) {
				struct promote_facts f = {200 * MB, 60000,
							  had == 0, had, 0};

				if (since[i] != 0)
					continue;
				for (unsigned j = 0; j < NODES; j++) {
					bool seen = since[j] != 0 &&
						    since[j] + LATE_MS <= t;

					f.cores += seen;
					f.before += !seen && j < i;
				}
				f.alone = f.cores == 0;
				if (promote_due(&p[i], &f, START + t))
					since[i] = t;
			}
		for (unsigned i = 0; i < NODES; i++)
			cores += since[i] != 0;
		assert_int_equal(had + cores, PROMOTE_CORES);
	}
}

static const struct {
	const char *text;
	int n; /* number of addresses; -1: the text is refused */
} pools[] = {
    {"10.77.0.1", 1},
    {"10.77.0.1,10.77.0.2", 2},
    {"10.77.0.1-10.77.0.15", 15},
    {"10.77.0.254-10.77.1.3", 6},
    {"10.77.0.1,10.77.0.100-10.77.0.114", 16},
    {"10.77.0.1,10.77.0.1-10.77.0.3", 3},
    {"10.0.0.1-10.0.0.64", 64},
    {"255.255.255.250-255.255.255.255", 6},
    {"10.0.0.1-10.0.0.65", -1},
    {"10.0.0.0-10.255.255.255", -1},
    {"10.0.0.1-10.0.0.60,10.0.1.1-10.0.1.5", -1},
    {"10.0.0.9-10.0.0.1", -1},
    {"10.0.0.1-", -1},
    {"-10.0.0.1", -1},
    {"", -1},
    {"10.0.0.1,", -1},
    {"10.0.0.1:99", -1},
    {"0.0.0.0", -1},
    {"n1", -1},
    {"10.0.0.1 }\n", -1},
};

static void
texts_of_pools(void **state)
{
	for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
		struct core_pool p;
		int got =
		    core_pool_parse(pools[i].text, &p) == 0 ? (int)p.n : -1;

		if (got != pools[i].n)
			fail_msg("'%s': %d addresses, not %d", pools[i].text,
				 got, pools[i].n);
	}
}

static void
own_address(void **state)
{
	struct core_pool p;
	struct address a, own;

	assert_int_equal(core_pool_parse("127.0.0.1-127.0.0.3", &p), 0);
	address_parse("127.0.0.2", PORT_NBD, &a);
	assert_true(core_pool_own(&p, &a, &own));
	assert_true(address_equal(&a, &own));
	address_parse("127.0.0.9", PORT_NBD, &a);
	assert_false(core_pool_own(&p, &a, &own));
	address_parse("0.0.0.0", PORT_NBD, &a);
	assert_true(core_pool_own(&p, &a, &own));
	assert_int_equal(own.ip[15], 1);
}

static void
the_same_file_for_all(void **state)
{
	char dir[] = "/tmp/vf-pool-XXXXXX", path[64], text[8192];
	struct core_pool p;
	size_t n;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/corosync.conf", dir);
	assert_int_equal(core_pool_parse("10.7.0.1-10.7.0.3,fd00::5", &p), 0);
	assert_int_equal(core_pool_configure(&p, dir, false), 0);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	assert_non_null(strstr(text, "ring0_addr: 10.7.0.3\n"));
	assert_non_null(strstr(text, "ring0_addr: fd00::5\n\t\tnodeid: 4\n"));
	assert_non_null(strstr(text, "token_coefficient: 0\n"));
	assert_null(strstr(text, "quorum"));
	unlink(path);
	rmdir(dir);
}

static void
what_crashes_leave(void **state)
{
	char dir[] = "/tmp/vf-pool-XXXXXX", path[2][64];

	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < 2; i++) {
		snprintf(path[i], sizeof path[i], "%s/%s", dir,
			 i == 0 ? "fdata-2026-11-30T21:22:42-997" : "fdata");
		fclose(fopen(path[i], "w"));
	}
	core_pool_tidy(dir);
	assert_int_equal(access(path[0], F_OK), -1);
	assert_int_equal(access(path[1], F_OK), 0);
	unlink(path[1]);
	rmdir(dir);
	core_pool_tidy(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_has_its_turn),
	    cmocka_unit_test(a_moment_is_not_enough),
	    cmocka_unit_test(another_member_answers),
	    cmocka_unit_test(so_many_and_no_more),
	    cmocka_unit_test(texts_of_pools),
	    cmocka_unit_test(own_address),
	    cmocka_unit_test(the_same_file_for_all),
	    cmocka_unit_test(what_crashes_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
