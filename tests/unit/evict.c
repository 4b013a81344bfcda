/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "router/policy/evict.h"

#define NODES 12
#define NCHUNKS 3000

static struct route_node nodes[NODES];
static struct bitmap *held[NODES];
static struct fill_state f;

static int
set_up(void **state)
{
	static struct route_trees *trees;
	uint32_t i;

	trees = route_trees_new(3);
	memset(nodes, 0, sizeof nodes);
	for (i = 0; i < NODES; i++) {
		held[i] = bitmap_new(NCHUNKS);
		nodes[i].key = i * 0x9e3779b97f4a7c15ULL + 1;
		nodes[i].usable = true;
		nodes[i].self = i == 0;
		nodes[i].held = held[i];
	}
	f = (struct fill_state){trees,   nodes, NODES, held[0],
				NCHUNKS, 3,     0,     42};
	return route_trees_build(trees, nodes, NODES);
}

static int
tear_down(void **state)
{
	uint32_t i;

	for (i = 0; i < NODES; i++)
		bitmap_free(held[i]);
	route_trees_free((struct route_trees *)f.trees);
	return 0;
}

static bool
mine(uint32_t chunk)
{
	return route_keeps(f.trees, nodes, NODES, chunk, f.copies);
}

static void
passes(void **state)
{
	uint32_t mine_too = 0, others = 0, room = 200;

	while (!mine(mine_too))
		mine_too++;
	while (mine(others))
		others++;
	assert_true(evict_passes(&f, others, room, 0, false));
	assert_false(evict_passes(&f, mine_too, room, 0, false));
	assert_false(evict_passes(&f, mine_too, room, 150, false));
	assert_true(evict_passes(&f, mine_too, room, 199, false));
	/* While a client reads, a chunk that this node should keep passes as
	 * soon as half of the room is taken. */
	assert_false(evict_passes(&f, mine_too, room, 99, true));
	assert_true(evict_passes(&f, mine_too, room, 100, true));
}

static void
leaves_room(void **state)
{
	uint32_t room;

	for (room = 1; room < 5000; room++) {
		assert_in_range(evict_reserve(room), 1, room);
		assert_true(evict_reserve(room) <= evict_reserve(room + 1));
	}
	assert_true(evict_reserve(5000) < 500);
	for (room = 1; room < 5000; room++) {
		assert_in_range(evict_window(room, 0), 1, room);
		assert_in_range(evict_window(room, room), 1,
				evict_reserve(room));
		assert_true(evict_window(room, room / 2) <=
			    evict_window(room, 0));
	}
}

static void
evicts(void **state)
{
	/* chunk n has n copies on other nodes */
	const struct {
		struct evict_candidate c[3];
		bool must;
		uint32_t drop;
	} t[] = {
	    /* If chunks have 3 copies or more on other nodes, the oldest of
	     * these chunks is dropped. */
	    {{{3, 30}, {4, 20}, {6, 40}}, false, 4},
	    {{{3, 10}, {4, 20}, {6, 40}}, false, 3},
	    {{{1, 1}, {4, 20}, {2, 2}}, false, 4},
	    /* If no chunk has 3 copies on other nodes, the oldest of the chunks
	     * with most copies is dropped. */
	    {{{1, 10}, {2, 50}, {0, 5}}, false, 2},
	    {{{1, 10}, {2, 50}, {2, 40}}, false, 2},
	    /* The last copy of a chunk is dropped only if room must be made. */
	    {{{0, 1}, {0, 2}, {0, 3}}, false, ROUTE_NONE},
	    {{{0, 4}, {0, 2}, {0, 3}}, true, 0},
	    {{{0, 1}, {1, 9}, {0, 3}}, false, 1},
	};
	uint32_t i, j;

	for (i = 0; i < 8; i++)
		for (j = 1; j <= i; j++)
			bitmap_add(held[j], i);
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		assert_int_equal(evict_choose(&f, t[i].c, 3, t[i].must),
				 t[i].drop);
	assert_int_equal(evict_choose(&f, NULL, 0, true), EVICT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(evicts),
	    T(passes),
	    T(leaves_room),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
