/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <limits.h>

#include <cmocka.h>

#include "tests/fixture/copies_room.h"

#define NODES 16
#define ROUNDS 1000
#define SEED 7
/* Number of rounds without a change after which a room is at rest.  It is so
 * great that by then no node counts any more on one that takes no chunks. */
#define PATIENT 60

static void
settle(struct room *r)
{
	assert_true(room_settle(r, ROUNDS) <= ROUNDS);
}

static struct room *
begun_at_once(uint32_t nchunks, uint32_t n, const unsigned *percent)
{
	struct room *r = room_new(nchunks, n, percent, SEED);

	room_switch(r, 0, n, true);
	settle(r);
	return r;
}

/* Asserts that no chunk has two copies more than another, and that no store has
 * room left. */
static void
check_even(const struct room *r)
{
	struct room_state s = room_look(r);

	assert_true(s.mean > s.level - 1e-9 && s.mean < s.level + 1e-9);
	assert_true(s.most <= s.least + 1);
}

static const unsigned same[NODES] = {30, 30, 30, 30, 30, 30, 30, 30,
				     30, 30, 30, 30, 30, 30, 30, 30};
static const unsigned few[] = {50, 50, 50};
static const unsigned unlike[] = {20, 30, 40, 50, 60};
static const unsigned little[] = {20, 20, 20, 20};
static const unsigned mixed[] = {5, 95, 10, 80, 10, 5, 40, 100};

static void
check_at_once(uint32_t nchunks, uint32_t n, const unsigned *percent)
{
	struct room *r = begun_at_once(nchunks, n, percent);

	if (nchunks > 0)
		check_even(r);
	/* the hashes take the stores' rooms into account, so few chunks have to
	 * be swapped */
	assert_true(r->dropped * 10 <= r->moved);
	room_free(r);
}

static void
test_at_once(void **state)
{
	check_at_once(800, 16, same);
	check_at_once(800, 3, few);
	check_at_once(800, 5, unlike);
	check_at_once(800, 4, little);
	check_at_once(800, 8, mixed);
	check_at_once(1, 3, few);
	check_at_once(0, 3, few);
}

static void
test_one_by_one(void **state)
{
	struct room *r = room_new(800, 5, unlike, SEED);

	for (uint32_t i = 0; i < r->n; i++) {
		uint64_t moved = r->moved;

		room_switch(r, i, 1, true);
		settle(r);
		check_even(r);
		assert_true((r->moved - moved) * 10 <=
			    r->stores[i].room * 11UL);
	}
	room_free(r);
}

/* When nodes die, no more chunks move than those nodes held.  When the nodes
 * return with their old stores, no more chunks move than are needed to make the
 * numbers of copies even again. */
static void
test_death_and_return(void **state)
{
	struct room *r = begun_at_once(800, 16, same);
	uint64_t moved = r->moved;

	r->seed = false;
	room_switch(r, 3, 1, false);
	room_switch(r, 7, 2, false);
	settle(r);
	check_even(r);
	assert_true(r->moved - moved <= 3 * 240);
	moved = r->moved;
	room_switch(r, 3, 1, true);
	room_switch(r, 7, 1, true);
	settle(r);
	check_even(r);
	assert_true(r->moved - moved <= 2 * 240);
	room_free(r);
}

/* Nodes come and go while the room is not yet at rest from the last change. */
static void
test_changes_in_the_middle(void **state)
{
	struct room *r = room_new(800, 16, same, SEED);

	for (uint32_t i = 0; i < 16; i += 4) {
		room_switch(r, i, 4, true);
		room_rounds(r, 3);
	}
	room_switch(r, 2, 3, false);
	room_rounds(r, 2);
	room_switch(r, 2, 1, true);
	room_switch(r, 9, 1, false);
	room_rounds(r, 5);
	room_switch(r, 3, 1, true);
	settle(r);
	check_even(r);
	room_free(r);
}

static void
test_rest(void **state)
{
	struct room *r = begun_at_once(800, 16, same);
	uint64_t moved = r->moved, dropped = r->dropped;

	/* the room is at rest a round later, so that every store looks once
	 * more */
	r->quiet++;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(room_settle(r, ROUNDS), 0);
	assert_int_equal(r->moved, moved);
	assert_int_equal(r->dropped, dropped);
	room_free(r);
}

/* Three stores hold some chunks of which the others never hear; nevertheless
 * the room comes to rest, and every chunk has at least three copies. */
static void
test_lost_news(void **state)
{
	struct room *r = room_new(800, 16, same, SEED);
	struct room_state s;

	r->stores[2].unheard = r->stores[5].unheard = r->stores[11].unheard =
	    true;
	room_switch(r, 0, 16, true);
	settle(r);
	s = room_look(r);
	assert_true(s.least >= 3);
	assert_true(s.sd <= 0.5);
	room_free(r);
}

/* A node takes none of the chunks that others count on it to take.  When they
 * no longer count on it, they take these chunks themselves, and after that no
 * chunk moves. */
static void
test_taker_that_cannot(void **state)
{
	struct room *r = begun_at_once(800, 16, same);
	uint64_t moved;

	r->quiet = PATIENT;
	r->stores[4].stuck = true;
	r->seed = false;
	room_switch(r, 9, 1, false);
	settle(r);
	check_even(r);
	moved = r->moved;
	room_rounds(r, 400);
	assert_int_equal(r->moved, moved);
	/* the node takes chunks again when they are needed there */
	r->stores[4].stuck = false;
	room_switch(r, 9, 1, true);
	settle(r);
	check_even(r);
	room_free(r);
}

/* A node has room left, but takes no more chunks; the others no longer count on
 * its room. */
static void
test_store_that_stays_empty(void **state)
{
	struct room *r = room_new(800, 8, same, SEED);
	struct room_state s;

	r->quiet = PATIENT;
	room_switch(r, 0, 8, true);
	room_rounds(r, 3);
	r->stores[1].stuck = true;
	settle(r);
	s = room_look(r);
	assert_true(s.most <= s.least + 1);
	assert_int_equal(spread_level(r->stores[0].spread),
			 (int)(s.mean * 256));
	assert_int_equal(spread_level(r->stores[1].spread),
			 (int)(s.mean * 256));
	room_free(r);
}

/* A node's disk is full before the room is that the node has announced; the
 * node then announces less room. */
static void
test_full_disk(void **state)
{
	struct room *r = begun_at_once(800, 8, same);

	while (bitmap_count(r->stores[6].held) > 100)
		bitmap_remove(r->stores[6].held,
			      bitmap_next(r->stores[6].held, 0));
	r->stores[6].room = 100;
	settle(r);
	check_even(r);
	room_free(r);
}

/* While a node's client reads, the other nodes give up no chunk because that
 * node holds it.  After the read the numbers of copies become even. */
static void
test_reader(void **state)
{
	struct room *r = room_new(800, 8, same, SEED);

	r->stores[3].reads = true;
	for (uint32_t c = 0; c < 240; c++)
		bitmap_add(r->stores[3].held, c);
	room_switch(r, 0, 8, true);
	settle(r);
	r->stores[3].reads = false;
	settle(r);
	check_even(r);
	room_free(r);
}

static void
test_first_holder(void **state)
{
	struct bitmap *some = bitmap_new(10);
	struct spread_node nodes[] = {
	    {.key = 1, .room = 5, .held = some},
	    {.key = 2, .room = 5, .held = some},
	    {.key = 3, .room = 5},
	};
	uint32_t first;

	assert_int_equal(spread_first_holder(nodes, 3, 4), SPREAD_NONE);
	bitmap_add(some, 4);
	first = spread_first_holder(nodes, 3, 4);
	assert_true(first < 2);
	nodes[first].passes = true;
	assert_int_equal(spread_first_holder(nodes, 3, 4), 1 - first);
	nodes[2].complete = true;
	assert_int_equal(spread_first_holder(nodes, 3, 4), 2);
	nodes[2].passes = true;
	nodes[1 - first].passes = true;
	assert_int_equal(spread_first_holder(nodes, 3, 4), SPREAD_NONE);
	bitmap_free(some);
}

/* How often a node is first among those that should keep a chunk follows its
 * share of all room. */
static void
test_order(void **state)
{
	struct spread *s = spread_new(4000);
	struct spread_node nodes[] = {
	    {.key = 11, .room = 400, .self = true},
	    {.key = 12, .room = 800},
	    {.key = 13, .room = 1200},
	};
	uint32_t first = 0;

	assert_int_equal(spread_look(s, nodes, 3), 0);
	assert_int_equal(spread_level(s), 2400 * 256 / 4000);
	for (uint32_t c = 0; c < 4000; c++)
		first += spread_rank(s, c) == 0;
	assert_in_range(first, 4000 / 6 - 100, 4000 / 6 + 100);
	spread_free(s);
}

static void
test_census(void **state)
{
	struct spread *s = spread_new(10);
	struct bitmap *a = bitmap_new(10), *b = bitmap_new(10);
	struct spread_node nodes[] = {
	    {.key = 1, .room = 10, .self = true, .held = a},
	    {.key = 2, .room = 10, .held = b},
	    {.key = 3, .room = 10, .complete = true},
	};
	uint32_t by[3];

	bitmap_add(a, 1);
	bitmap_add(b, 1);
	bitmap_add(b, 2);
	assert_int_equal(spread_look(s, nodes, 3), 0);
	assert_int_equal(spread_census(s, a, by, 2), 1);
	assert_int_equal(by[0], 0);
	assert_int_equal(by[1], 8);
	assert_int_equal(by[2], 2);
	assert_int_equal(spread_others(s, 2), 2);
	bitmap_free(a);
	bitmap_free(b);
	spread_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_at_once),
	    cmocka_unit_test(test_one_by_one),
	    cmocka_unit_test(test_death_and_return),
	    cmocka_unit_test(test_changes_in_the_middle),
	    cmocka_unit_test(test_rest),
	    cmocka_unit_test(test_lost_news),
	    cmocka_unit_test(test_taker_that_cannot),
	    cmocka_unit_test(test_store_that_stays_empty),
	    cmocka_unit_test(test_full_disk),
	    cmocka_unit_test(test_reader),
	    cmocka_unit_test(test_first_holder),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_census),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
