/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "router/policy/fill.h"

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

/* Copies chunks until a whole round finds none; returns how many it copied. */
static uint32_t
fill_up(void)
{
	uint32_t chunk, n = 0, idle = 0;
	bool wrapped;

	while (idle < 2) {
		chunk = fill_next(&f, &wrapped);
		if (chunk != FILL_NONE) {
			assert_true(chunk < NCHUNKS);
			assert_true(bitmap_add(held[0], chunk));
			n++;
			idle = 0;
		}
		idle += wrapped;
	}
	return n;
}

static void
fills_all_of_it(void **state)
{
	uint32_t i;
	bool wrapped;

	for (i = 0; i < NCHUNKS; i++)
		bitmap_add(held[NODES - 1], i);
	/* the chunks that this node should keep come first, within the next
	 * FILL_LOOK chunks */
	for (i = 0; i < FILL_LOOK / 8; i++) {
		uint32_t c = fill_next(&f, &wrapped);

		assert_true(mine(c));
		bitmap_add(held[0], c);
	}
	assert_int_equal(fill_up(), NCHUNKS - FILL_LOOK / 8);
}

/* While a complete node lives, every node copies the chunks in order. */
static void
fills_in_order(void **state)
{
	uint32_t i;
	bool wrapped;

	nodes[NODES - 1].complete = true;
	for (i = 0; i < 100; i++) {
		assert_int_equal(fill_next(&f, &wrapped), i);
		bitmap_add(held[0], i);
	}
	while (mine(i))
		bitmap_add(held[0], i++);
	assert_int_equal(fill_next(&f, &wrapped), i);
	nodes[NODES - 1].usable = false;
	for (i = 0; i < NCHUNKS; i++)
		bitmap_add(held[1], i);
	assert_true(mine(fill_next(&f, &wrapped)));
}

static void
rarest_first(void **state)
{
	uint32_t i, j, c, rare = 0;
	bool wrapped;

	for (i = 0; i < NCHUNKS; i++)
		for (j = 1; j < 4; j++)
			bitmap_add(held[j], i);
	while (!mine(rare))
		rare++;
	for (j = 2; j < 4; j++)
		bitmap_remove(held[j], rare);
	assert_int_equal(fill_copies(&f, rare), 1);
	assert_int_equal(fill_next(&f, &wrapped), rare);
	bitmap_add(held[0], rare);
	c = fill_next(&f, &wrapped);
	assert_int_equal(fill_copies(&f, c), 3);
}

static void
not_all_the_same(void **state)
{
	uint32_t first, i, same = 0;
	bool wrapped;

	bitmap_fill(held[NODES - 1]);
	first = fill_next(&f, &wrapped);
	for (i = 0; i < 50; i++)
		same += fill_next(&f, &wrapped) == first;
	assert_true(same < 10);
}

static void
counts_copies(void **state)
{
	bitmap_add(held[0], 7);
	assert_int_equal(fill_copies(&f, 7), 0);
	bitmap_add(held[3], 7);
	bitmap_add(held[4], 7);
	nodes[5].complete = true;
	nodes[5].held = NULL;
	assert_int_equal(fill_copies(&f, 7), 3);
	nodes[4].usable = false;
	assert_int_equal(fill_copies(&f, 7), 2);
}

/* A node copies chunks that others hold, even if no node holds some chunks
 * before them. */
static void
passes_over_the_lost(void **state)
{
	bool wrapped;

	bitmap_add(held[3], 99);
	bitmap_add(held[4], 2500);
	assert_int_equal(fill_next(&f, &wrapped), 99);
	bitmap_add(held[0], 99);
	assert_int_equal(fill_up(), 1);
	assert_true(bitmap_has(held[0], 2500));
	nodes[5].complete = true;
	nodes[5].usable = false;
	assert_int_equal(fill_up(), 0);
}

static void
empty_image(void **state)
{
	struct bitmap *none = bitmap_new(0);
	bool wrapped;

	f.nchunks = 0;
	f.have = none;
	assert_int_equal(fill_next(&f, &wrapped), FILL_NONE);
	assert_true(wrapped);
	bitmap_free(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(fills_all_of_it),      T(rarest_first), T(not_all_the_same),
	    T(counts_copies),        T(empty_image),  T(fills_in_order),
	    T(passes_over_the_lost),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
