/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "router/policy/line.h"

#define N 40

static struct route_node nodes[N];
static struct line line;
static uint64_t rng = 88172645463325252ULL;
static int64_t now_ns;

/* Makes N nodes: number 0 is complete, all others read.  Nodes with higher
 * numbers began earlier. */
static int
crowd(void **state)
{
	(void)state;
	memset(nodes, 0, sizeof nodes);
	memset(&line, 0, sizeof line);
	now_ns = 0;
	for (uint32_t i = 0; i < N; i++)
		nodes[i] = (struct route_node){.key = i * 7919 % 41,
					       .usable = true,
					       .complete = i == 0,
					       .reads = i > 0,
					       .since = 1000 - i};
	return 0;
}

static struct route
ask_as(uint32_t self, const uint32_t *tried, size_t ntried)
{
	for (uint32_t i = 0; i < N; i++)
		nodes[i].self = i == self;
	assert_int_equal(line_build(&line, nodes, N), 0);
	return line_choose(&line, nodes, N, tried, ntried, &rng, now_ns);
}

static void
asks(uint32_t self, enum route_how how, uint32_t node)
{
	struct route r = ask_as(self, NULL, 0);

	assert_int_equal(r.how, how);
	assert_int_equal(r.node, node);
	assert_true(r.line);
}

static void
test_each_asks_the_one_before(void **state)
{
	for (uint32_t i = 1; i < N - 1; i++)
		asks(i, ROUTE_PARENT, i + 1);
	asks(N - 1, ROUTE_HOLDER, 0);
}

static void
test_of_the_same_second_by_key(void **state)
{
	nodes[5].since = nodes[6].since = nodes[7].since;
	nodes[5].key = 2, nodes[6].key = 3, nodes[7].key = 1;
	asks(7, ROUTE_PARENT, 8);
	asks(5, ROUTE_PARENT, 7);
	asks(6, ROUTE_PARENT, 5);
	asks(4, ROUTE_PARENT, 6);
}

static void
test_who_does_not_read_is_passed_over(void **state)
{
	nodes[6].reads = false;
	nodes[7].behind = true;
	asks(5, ROUTE_PARENT, 8);
}

static void
test_who_cannot_be_asked_is_passed_over(void **state)
{
	const uint32_t tried[] = {6, 8};
	struct route r;

	nodes[7].usable = false;
	r = ask_as(5, tried, 2);
	assert_int_equal(r.how, ROUTE_PARENT);
	assert_int_equal(r.node, 9);
}

static void
test_the_complete_one_at_last(void **state)
{
	const uint32_t tried[] = {39, 0};
	struct route r = ask_as(38, tried, 1);

	assert_int_equal(r.how, ROUTE_HOLDER);
	assert_int_equal(r.node, 0);
	assert_int_equal(ask_as(38, tried, 2).how, ROUTE_NOBODY);
}

/* In the line, neither the only node that reads nor a node that does not read
 * has another node to ask.  `others` does not count the node itself. */
static void
test_alone(void **state)
{
	for (uint32_t i = 1; i < N; i++)
		nodes[i].reads = i == 3;
	assert_int_equal(ask_as(3, NULL, 0).how, ROUTE_NOBODY);
	assert_int_equal(line.others, 0);
	assert_int_equal(ask_as(4, NULL, 0).how, ROUTE_NOBODY);
	assert_int_equal(line.others, 1);
}

static void
test_a_line_for_each_complete_one(void **state)
{
	nodes[39].complete = true;
	asks(38, ROUTE_HOLDER, ask_as(38, NULL, 0).node);
	asks(37, ROUTE_HOLDER, ask_as(37, NULL, 0).node);
	asks(36, ROUTE_PARENT, 38);
	asks(35, ROUTE_PARENT, 37);
}

/* Each place in the line asks an earlier place, no place is asked by more than
 * two others, and from every place the way from one to the next leads to the
 * line's beginning. */
static void
test_pieces(void **state)
{
	static unsigned char askers[100 * LINE_PIECE];
	uint32_t firsts = 0;

	memset(askers, 0, sizeof askers);
	for (uint32_t i = 0; i < sizeof askers; i++) {
		uint32_t before = line_before(i, 1);

		firsts += before == UINT32_MAX;
		if (before == UINT32_MAX)
			continue;
		assert_true(before < i);
		assert_true(++askers[before] <= 2);
	}
	assert_int_equal(firsts, 1);
	assert_int_equal(line_before(LINE_PIECE - 1, 1), LINE_PIECE - 2);
}

static void
test_much_at_once_is_for_trees(void **state)
{
	int64_t now = 5 * LINE_REST_NS;

	assert_true(line_suits(&line, LINE_MANY - 1, now));
	assert_false(line_suits(&line, LINE_MANY, now));
	assert_false(line_suits(&line, 0, now + LINE_REST_NS / 2));
	assert_true(line_suits(&line, 0, now + 2 * LINE_REST_NS));
}

static void
test_who_begins_is_for_trees(void **state)
{
	struct line l = {0};
	int64_t now = 5 * LINE_REST_NS;

	assert_true(line_suits(&l, 0, now));
	line_begin(&l, now);
	assert_false(line_suits(&l, 0, now + LINE_SETTLE_NS / 2));
	assert_true(line_suits(&l, 0, now + 2 * LINE_SETTLE_NS));
}

static void
test_passed_over_for_a_while(void **state)
{
	int64_t now = 5 * LINE_PASSED_NS;

	assert_int_equal(line_passed(&line, now), ROUTE_NONE);
	line_pass_over(&line, 7, now);
	assert_int_equal(line_passed(&line, now), 7);
	assert_int_equal(ask_as(6, (uint32_t[]){7}, 1).node, 8);
	now_ns = now;
	assert_int_equal(ask_as(6, NULL, 0).node, 8);
	now_ns += LINE_PASSED_NS;
	assert_int_equal(ask_as(6, NULL, 0).node, 7);
	assert_int_equal(line_passed(&line, now + LINE_PASSED_NS), ROUTE_NONE);
}

static void
test_a_shut_line_is_passed_over(void **state)
{
	uint32_t before = ask_as(6, NULL, 0).node;

	nodes[before].shut = 1;
	assert_int_equal(ask_as(6, NULL, 0).node, before);
	nodes[before].shut = 1U << LINE_LANE;
	assert_int_not_equal(ask_as(6, NULL, 0).node, before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_each_asks_the_one_before, crowd),
	    cmocka_unit_test_setup(test_of_the_same_second_by_key, crowd),
	    cmocka_unit_test_setup(test_who_does_not_read_is_passed_over,
				   crowd),
	    cmocka_unit_test_setup(test_who_cannot_be_asked_is_passed_over,
				   crowd),
	    cmocka_unit_test_setup(test_the_complete_one_at_last, crowd),
	    cmocka_unit_test_setup(test_alone, crowd),
	    cmocka_unit_test_setup(test_a_line_for_each_complete_one, crowd),
	    cmocka_unit_test_setup(test_pieces, crowd),
	    cmocka_unit_test_setup(test_much_at_once_is_for_trees, crowd),
	    cmocka_unit_test(test_who_begins_is_for_trees),
	    cmocka_unit_test_setup(test_passed_over_for_a_while, crowd),
	    cmocka_unit_test_setup(test_a_shut_line_is_passed_over, crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
