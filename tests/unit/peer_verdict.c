/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/peer_verdict.h"

#define MS 1000000LL
#define NEVER INT64_MAX

static struct latency
usual(int64_t ns, unsigned samples)
{
	struct latency l = {0};

	while (samples-- > 0)
		latency_add(&l, ns);
	return l;
}

/* If all chunks take long on a link, no peer is judged useless for being slow.
 */
static void
limit_follows_the_usual(void **state)
{
	struct latency fast = usual(5 * MS, 100), slow = usual(5000 * MS, 100);
	struct latency unknown = usual(5 * MS, 1);

	assert_in_range(verdict_limit_ns(&fast, true), 500 * MS, 1000 * MS);
	assert_int_equal(verdict_limit_ns(&fast, false),
			 2 * verdict_limit_ns(&fast, true));
	assert_true(verdict_limit_ns(&slow, true) >= 15000 * MS);
	assert_true(verdict_limit_ns(&slow, false) <= 30000 * MS);
	assert_int_equal(verdict_limit_ns(&unknown, true), 2000 * MS);
	assert_int_equal(verdict_limit_ns(&unknown, false), 5000 * MS);
}

static void
useless_by_chunks_alone(void **state)
{
	struct verdict v = {0};
	int64_t asked = 1000 * MS, limit = 800 * MS;

	assert_false(verdict_judge(&v, 60000 * MS, NEVER, limit));
	assert_false(verdict_judge(&v, asked + limit, asked, limit));
	assert_false(verdict_on_trial(&v));
	verdict_delivered(&v, asked + 500 * MS);
	assert_false(verdict_judge(&v, asked + limit + MS, asked, limit));
	assert_true(verdict_judge(&v, asked + 501 * MS + limit, asked, limit));
	assert_true(verdict_banned(&v, asked + 501 * MS + limit));
	assert_true(verdict_on_trial(&v));
}

/* While a crowd begins on slow links, the first chunks take twenty times as
 * long for the last node of a tree as for the first.  The limit follows the
 * chunks that have come so far, so no peer is judged useless for that. */
static void
a_crowd_begins(void **state)
{
	struct latency chunk = {0};
	struct verdict v = {0};
	int64_t now;

	for (now = 700 * MS; now < 15000 * MS; now += 40 * MS) {
		patience_took(&chunk, now);
		assert_false(
		    verdict_judge(&v, now, 0, verdict_limit_ns(&chunk, true)));
	}
}

static void
bans_double(void **state)
{
	struct verdict v = {0};
	int64_t now = 1000 * MS, limit = 800 * MS, ban, last = 0;

	for (unsigned i = 0; i < 10; i++) {
		int64_t asked = now;

		now += limit + MS;
		assert_true(verdict_judge(&v, now, asked, limit));
		assert_false(verdict_judge(&v, now, asked, limit));
		ban = v.banned_ns - now;
		assert_true(i > 5 ? ban == last : ban >= 2 * last);
		last = ban;
		now = v.banned_ns;
		assert_false(verdict_banned(&v, now));
	}
	assert_in_range(last / MS, 30000, 120000);
}

static void
debts_are_cancelled_later(void **state)
{
	struct verdict v = {0};
	int64_t asked = 1000 * MS, limit = 800 * MS, now = asked + limit + MS;

	assert_false(verdict_hopeless(&v, now, asked, limit));
	assert_true(verdict_judge(&v, now, asked, limit));
	assert_false(verdict_hopeless(&v, now, asked, limit));
	assert_true(verdict_hopeless(&v, now + 2 * limit, asked, limit));
	assert_false(verdict_hopeless(&v, now + 2 * limit, NEVER, limit));
}

/* After a first verdict the ban ends with the first chunk that comes; after a
 * second verdict it ends after some more chunks. */
static void
chunks_end_it(void **state)
{
	struct verdict v = {0};
	int64_t limit = 800 * MS, now = 5000 * MS;

	assert_true(verdict_judge(&v, now, 0, limit));
	verdict_delivered(&v, now + MS);
	assert_false(verdict_banned(&v, now + MS));
	assert_true(verdict_on_trial(&v));
	now += 2000 * MS;
	assert_true(verdict_judge(&v, now, 0, limit));
	verdict_delivered(&v, now + MS);
	assert_true(verdict_banned(&v, now + MS));
	for (unsigned i = 0; i < 20; i++)
		verdict_delivered(&v, now + MS);
	assert_false(verdict_banned(&v, now + MS));
	assert_false(verdict_on_trial(&v));
}

static void
nobody_else(void **state)
{
	struct verdict v = {0};

	assert_true(verdict_judge(&v, 5000 * MS, 0, 800 * MS));
	verdict_lift(&v, 5001 * MS);
	assert_false(verdict_banned(&v, 5001 * MS));
	assert_true(verdict_on_trial(&v));
	/* the chunks that are owed by now may be owed for the same time again
	 * before the next verdict */
	assert_false(verdict_judge(&v, 5800 * MS, 0, 800 * MS));
	assert_true(verdict_judge(&v, 5802 * MS, 0, 800 * MS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(limit_follows_the_usual),
	    cmocka_unit_test(useless_by_chunks_alone),
	    cmocka_unit_test(a_crowd_begins),
	    cmocka_unit_test(bans_double),
	    cmocka_unit_test(debts_are_cancelled_later),
	    cmocka_unit_test(chunks_end_it),
	    cmocka_unit_test(nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
