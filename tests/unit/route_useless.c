/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of how verdicts that a node is useless (peer_verdict.h) change which
 * node is asked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/route.h"

#define NODES 33
#define SELF 7
#define NCHUNKS 64

static struct route_node nodes[NODES];
static struct route_trees *trees;
static uint64_t rng = 1;

/* Makes the nodes: number 0 is complete, all others are active. */
static int
set_up(void **state)
{
	for (uint32_t i = 0; i < NODES; i++)
		nodes[i] = (struct route_node){.key = i * 0x9e3779b97f4a7c15ULL,
					       .usable = true,
					       .active = true,
					       .complete = i == 0,
					       .self = i == SELF};
	trees = route_trees_new(3);
	assert_non_null(trees);
	assert_int_equal(route_trees_build(trees, nodes, NODES), 0);
	return 0;
}

static int
tear_down(void **state)
{
	for (uint32_t i = 0; i < NODES; i++)
		bitmap_free(nodes[i].held);
	route_trees_free(trees);
	return 0;
}

static struct route
ask(uint32_t chunk)
{
	return route_choose(trees, nodes, NODES, chunk, NULL, 0, &rng);
}

/* Returns a chunk for which this node asks a parent. */
static uint32_t
with_parent(void)
{
	uint32_t chunk = 0;

	while (ask(chunk).how != ROUTE_PARENT)
		assert_true(++chunk < ROUTE_STRIPES);
	return chunk;
}

/* If the lane of a parent for one stripe is shut, the parent is not asked for
 * chunks of that stripe which it does not hold yet; for other stripes it is
 * asked as before. */
static void
a_shut_lane(void **state)
{
	uint32_t chunk = with_parent(), up = ask(chunk).node;

	nodes[up].shut = ~(1U << chunk);
	assert_int_equal(ask(chunk).node, up);
	nodes[up].shut = 1U << chunk;
	assert_int_not_equal(ask(chunk).node, up);
	assert_int_not_equal(ask(chunk).how, ROUTE_NOBODY);
	nodes[up].held = bitmap_new(NCHUNKS);
	bitmap_add(nodes[up].held, chunk);
	assert_int_equal(ask(chunk).node, up);
	assert_int_equal(ask(chunk).how, ROUTE_HOLDER);
}

/* A node on trial is asked for one chunk at a time. */
static void
on_trial(void **state)
{
	uint32_t chunk = with_parent(), up = ask(chunk).node;

	nodes[up].trial = true;
	assert_int_equal(ask(chunk).node, up);
	nodes[up].outstanding = 1;
	assert_int_not_equal(ask(chunk).node, up);
	nodes[up].trial = false;
	assert_int_equal(ask(chunk).node, up);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_shut_lane, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(on_trial, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
