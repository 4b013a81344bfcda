/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/patience.h"

#define MS 1000000LL

static void
latency_follows(void **state)
{
	struct latency l = {0};
	int i;

	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS), 500 * MS);
	latency_add(&l, 20 * MS);
	assert_int_equal(l.mean_ns, 20 * MS);
	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS), 60 * MS);
	for (i = 0; i < 200; i++)
		latency_add(&l, 20 * MS);
	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS) / MS, 20);
	assert_int_equal(latency_limit_ns(&l, 80 * MS, 500 * MS), 80 * MS);
	for (i = 0; i < 200; i++)
		latency_add(&l, 900 * MS);
	assert_int_equal(latency_limit_ns(&l, 10 * MS, 500 * MS), 500 * MS);
	latency_add(&l, -5);
	assert_true(l.mean_ns > 0 && l.dev_ns > 0);
}

/* If chunks usually come at once, one chunk that took ten minutes does not
 * change much: the next chunk still counts as late within seconds. */
static void
one_that_waited(void **state)
{
	struct latency l = {0};

	for (int i = 0; i < 100; i++)
		patience_took(&l, 10 * MS);
	assert_int_equal(patience_late_ns(&l), PATIENCE_LATE_NS);
	patience_took(&l, 600000 * MS);
	assert_in_range(patience_late_ns(&l), PATIENCE_LATE_NS, 3000 * MS);
	/* from now on all chunks take 3 s, as on a slow link */
	for (int i = 0; i < 100; i++)
		patience_took(&l, 3000 * MS);
	assert_in_range(patience_late_ns(&l), 3000 * MS, 12000 * MS);
	/* if chunks take 6 to 10 s, a chunk is not late after 10 s */
	for (int i = 0; i < 100; i++)
		patience_took(&l, (6 + i % 5) * 1000 * MS);
	assert_true(patience_late_ns(&l) > 10000 * MS);
}

/* A connection is given up after 30 s, or later if all chunks take long. */
static void
hung(void **state)
{
	struct latency l = {0};

	assert_int_equal(patience_hung_ns(&l), 30000 * MS);
	patience_took(&l, 10 * MS);
	assert_int_equal(patience_hung_ns(&l), 30000 * MS);
	for (int i = 0; i < 100; i++)
		patience_took(&l, (4 + i % 5) * 1000 * MS);
	assert_in_range(patience_hung_ns(&l), 45000 * MS, 51000 * MS);
}

static bool
may_again(struct patience *p)
{
	const struct patience_owed o = {.waited_for = true,
					.waits_ns = 401 * MS};
	enum patience_why why = patience_again(p, &o, 100 * MS);

	patience_spend(p, why);
	return why != PATIENCE_NO;
}

/* For each chunk `o` that a peer owes: the reason for which a second peer is
 * asked for the chunk, or PATIENCE_NO; with an empty budget of second asks
 * (`poor`) and with a full one (`rich`). */
static void
asks_and_spends(void **state)
{
	const struct {
		struct patience_owed o;
		enum patience_why poor, rich;
	} t[] = {
	    /* In the first row the peer is silent, and the chunk is late.  In
	     * the next two the peer delivers other chunks, and the chunk is not
	     * yet late, then late.  In the last one no read waits for the
	     * chunk. */
	    {{.waited_for = true, .waits_ns = 101 * MS, .silent_ns = 60 * MS},
	     PATIENCE_NO,
	     PATIENCE_LATE},
	    {{.waited_for = true, .waits_ns = 400 * MS},
	     PATIENCE_NO,
	     PATIENCE_NO},
	    {{.waited_for = true, .waits_ns = 401 * MS},
	     PATIENCE_NO,
	     PATIENCE_LATE},
	    {{.waits_ns = 1000 * MS}, PATIENCE_NO, PATIENCE_NO},
	    /* A read waits for the chunk, no other peer owes anything, and the
	     * peer that owes the chunk is far too slow. */
	    {{.waited_for = true, .alone = true, .waits_ns = 1001 * MS},
	     PATIENCE_ALONE,
	     PATIENCE_ALONE},
	    {{.waited_for = true, .alone = true, .waits_ns = 300 * MS},
	     PATIENCE_NO,
	     PATIENCE_NO},
	    {{.alone = true, .waits_ns = 1001 * MS}, PATIENCE_NO, PATIENCE_NO},
	    /* In the first row the peer is suspect, in the next two it is lost.
	     * A read waits for the chunk in the second row only. */
	    {{.suspect = true}, PATIENCE_NO, PATIENCE_RESCUE},
	    {{.waited_for = true, .suspect = true, .lost = true},
	     PATIENCE_MUST,
	     PATIENCE_MUST},
	    {{.suspect = true, .lost = true}, PATIENCE_NO, PATIENCE_RESCUE},
	    /* Two peers owe the chunk: in the first row one of them is lost,
	     * then both are. */
	    {{.waited_for = true, .suspect = true, .lost = true, .twice = true},
	     PATIENCE_NO,
	     PATIENCE_NO},
	    {{.waited_for = true,
	      .suspect = true,
	      .lost = true,
	      .twice = true,
	      .twice_lost = true},
	     PATIENCE_MUST,
	     PATIENCE_MUST},
	};
	struct patience poor = {0}, rich = {100, 100};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(patience_again(&poor, &t[i].o, 100 * MS),
				 t[i].poor);
		assert_int_equal(patience_again(&rich, &t[i].o, 100 * MS),
				 t[i].rich);
	}
	patience_spend(&rich, PATIENCE_MUST);
	assert_int_equal(rich.credit + rich.rescue, 200);
	patience_spend(&rich, PATIENCE_LATE);
	assert_int_equal(rich.credit, 0);
	patience_spend(&rich, PATIENCE_RESCUE);
	assert_int_equal(rich.rescue, 0);
}

static void
second_requests_are_few(void **state)
{
	struct patience p = {0};
	int i, spent = 0;

	assert_false(may_again(&p));
	for (i = 0; i < 10000; i++) {
		patience_earn(&p);
		spent += may_again(&p);
	}
	assert_in_range(spent, 10000 * PATIENCE_PERCENT / 100 - 1,
			10000 * PATIENCE_PERCENT / 100);
	/* However long the time was in which credit was earned, it allows only
	 * a short burst of second asks. */
	for (i = 0; i < 1000000; i++)
		patience_earn(&p);
	for (spent = 0; may_again(&p); spent++)
		;
	assert_in_range(spent, 1, 16);
}

static void
silence(void **state)
{
	const struct {
		int64_t now, owes, heard;
		enum silence verdict;
	} t[] = {
	    {1059, 1000, 0, SILENCE_FINE},
	    {1060, 1000, 0, SILENCE_PROBE},
	    {1119, 1000, 0, SILENCE_PROBE},
	    {1120, 1000, 0, SILENCE_SUSPECT},
	    {1200, 1000, 0, SILENCE_SUSPECT},
	    {1201, 1000, 0, SILENCE_LOST},
	    {1960, 1000, 0, SILENCE_LOST},
	    {1961, 1000, 0, SILENCE_GONE},
	    /* The silence counts from the last sign of life. */
	    {1120, 1000, 1070, SILENCE_FINE},
	    {1150, 1000, 1070, SILENCE_PROBE},
	    /* A sign of life from before the ask does not count. */
	    {5000, 4990, 1000, SILENCE_FINE},
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		assert_int_equal(silence_judge(t[i].now * MS, t[i].owes * MS,
					       t[i].heard * MS, 120 * MS),
				 t[i].verdict);
}

/* If all chunks take long on a link, no peer becomes suspect for being slow. */
static void
silence_follows_the_link(void **state)
{
	struct latency quick = {0}, slow = {0}, slower = {0}, unknown = {0};

	latency_add(&quick, MS / 2);
	latency_add(&slow, 900 * MS);
	latency_add(&slower, 60000 * MS);
	assert_int_equal(silence_limit_ns(&quick, &unknown), 120 * MS);
	assert_int_equal(silence_limit_ns(&quick, &quick), 120 * MS);
	assert_int_equal(silence_limit_ns(&unknown, &quick), 360 * MS);
	assert_int_equal(silence_limit_ns(&slow, &quick), 360 * MS);
	assert_int_equal(silence_limit_ns(&quick, &slow), 900 * MS);
	assert_int_equal(silence_limit_ns(&quick, &slower), 1500 * MS);
}

static void
late(void **state)
{
	struct latency quick = {0}, slow = {0}, unknown = {0};

	latency_add(&quick, MS / 2);
	latency_add(&slow, 900 * MS);
	assert_int_equal(patience_late_ns(&quick), 60 * MS);
	assert_int_equal(patience_late_ns(&unknown), 2000 * MS);
	assert_int_equal(patience_late_ns(&slow), 900 * MS + 4 * 450 * MS);
	slow.dev_ns = 60000 * MS;
	assert_int_equal(patience_late_ns(&slow), 3600 * MS);
}

/* If a chunk came after an outage, the time that it took is not used as a
 * measure of how long chunks take. */
static void
outage(void **state)
{
	struct latency l = {0};

	assert_false(patience_is_outage(&l, 60000 * MS, 1));
	for (unsigned i = 0; i < 100; i++)
		latency_add(&l, 10 * MS);
	assert_false(patience_is_outage(&l, 900 * MS, 1));
	assert_true(patience_is_outage(&l, 1001 * MS, 1));
	for (unsigned i = 0; i < 100; i++)
		latency_add(&l, 2000 * MS);
	assert_false(patience_is_outage(&l, 7000 * MS, 1));
	assert_true(patience_is_outage(&l, 9000 * MS, 1));
	/* If 128 chunks are owed at a time and take 2 s each, a second without
	 * a chunk is usual, but 1.5 s are an outage. */
	assert_false(patience_is_outage(&l, 1000 * MS, 128));
	assert_true(patience_is_outage(&l, 1500 * MS, 128));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(latency_follows),
	    cmocka_unit_test(one_that_waited),
	    cmocka_unit_test(outage),
	    cmocka_unit_test(hung),
	    cmocka_unit_test(asks_and_spends),
	    cmocka_unit_test(second_requests_are_few),
	    cmocka_unit_test(silence),
	    cmocka_unit_test(silence_follows_the_link),
	    cmocka_unit_test(late),
	    cmocka_unit_test(outage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
