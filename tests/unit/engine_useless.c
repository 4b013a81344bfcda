/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of useless peers, which live but do not deliver the chunks that they
 * owe. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/log.h"
#include "tests/fixture/engine.h"

#define MANY 400U                 /* chunks of the image */
#define SMALL (8 * (size_t)CHUNK) /* bytes of a store for few chunks */

static struct engine *e;
static struct fake *bad;

static int
set_up(void **state)
{
	e = engine_new(MANY, SMALL);
	engine_image(e);
	return 0;
}

static int
tear_down(void **state)
{
	engine_free(e);
	return 0;
}

static struct peer_stats
stats_of(const struct fake *f)
{
	struct peer_stats st;
	uint32_t slot = nodes_find(e->r.nodes, &f->info.id);

	peer_get_stats(cluster_at(e->r.cluster, slot)->peer, &st);
	return st;
}

static bool
is_useless(struct engine *en)
{
	return stats_of(bad).useless;
}

static bool
is_found(struct engine *en)
{
	return stats_of(bad).verdicts > 0;
}

static bool
is_on_trial(struct engine *en)
{
	return stats_of(bad).trial && !stats_of(bad).useless;
}

static bool
is_past(struct engine *en)
{
	return !stats_of(bad).trial;
}

static void
read_all(void)
{
	for (uint32_t c = 0; c + 40 < MANY; c += 40)
		read_right(e, (uint64_t)c * CHUNK, 40 * CHUNK);
}

static void
read_until(bool (*so)(struct engine *e))
{
	for (unsigned i = 0; i < PATIENT_MS / 10 && !so(e); i++) {
		read_all();
		run_ms(e, 10);
	}
}

/* A peer that answers handshakes and probes, but delivers no chunk, is banned.
 * A banned peer is asked for no chunk, and in the trial after the ban for one
 * at most. */
static void
barren(void **state)
{
	uint32_t asked;

	fake_new(e, true);
	bad = fake_new(e, true);
	read_all();
	bad->barren = true;
	read_until(is_useless);
	assert_true(is_useless(e));
	asked = bad->withheld;
	read_all();
	assert_int_equal(bad->withheld, asked);

	assert_true(run_until(e, is_on_trial, PATIENT_MS));
	asked = bad->withheld;
	read_until(is_useless);
	assert_true(is_useless(e));
	assert_true(bad->withheld <= asked + 1);

	bad->barren = false;
	assert_true(run_until(e, is_on_trial, PATIENT_MS));
	read_until(is_past);
	assert_true(is_past(e));
}

/* A useless peer soon counts as owing nothing, so that other peers may be asked
 * for as many bytes more. */
static void
debts_end(void **state)
{
	fake_new(e, true);
	bad = fake_new(e, true);
	read_all();
	bad->barren = true;
	read_until(is_useless);
	assert_true(is_useless(e));
	run_ms(e, 4000);
	assert_int_equal(stats_of(bad).outstanding, 0);
}

/* A useless peer is asked nevertheless if no other peer has the image. */
static void
nobody_else(void **state)
{
	bad = fake_new(e, true);
	read_all();
	bad->barren = true;
	read_begin(e, 0, 40 * CHUNK);
	assert_true(run_until(e, is_found, PATIENT_MS));
	bad->barren = false;
	read_ends(e);
}

static bool
lanes_are_shut(struct engine *en)
{
	return stats_of(bad).shut != 0;
}

/* If a parent delivers nothing in two of the trees, only those two stop asking
 * it; the other trees, in which it serves well, still ask it. */
static void
a_lane(void **state)
{
	uint32_t asked;

	fake_new(e, true);
	bad = fake_new(e, false);
	bad->info.active = true;
	fake_announce(bad);
	read_all();
	assert_true(bad->asked > 0);
	bad->hangs_lanes = 3;
	read_until(lanes_are_shut);
	assert_false(is_useless(e));
	assert_int_equal(stats_of(bad).shut & ~3U, 0);
	assert_int_not_equal(stats_of(bad).shut, 0);
	asked = bad->withheld;
	read_all();
	assert_int_equal(bad->withheld, asked);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(barren),
	    T(debts_end),
	    T(nobody_else),
	    T(a_lane),
#undef T
	};

	log_init("engine_useless", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
