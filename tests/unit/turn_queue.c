/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the turn queue, which says whose boot service answers DHCP. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "membership/client/turn_queue.h"

static struct proto_node
a_node(uint8_t id, uint32_t boots, bool satellite)
{
	struct proto_node n;

	memset(&n, 0, sizeof n);
	n.id.b[0] = id;
	n.boots = boots;
	n.satellite = satellite;
	return n;
}

#define NOBODY 0
#define GONE UINT32_MAX

/* Events in the order in which they happen; `first`: the node that is first in
 * the queue after the event. */
static const struct {
	const char *what;
	uint8_t id;
	uint32_t boots; /* place in the queue; GONE: the node leaves */
	bool satellite;
	uint8_t first;
} story[] = {
    {"one that has no boot service", 9, 0, false, NOBODY},
    {"the first", 5, 1, false, 5},
    {"a second does not take over, though its UUID is lower", 3, 2, false, 5},
    {"a satellite never does", 1, 1, true, 5},
    {"the first is described anew", 5, 1, false, 5},
    {"the first is not ready any more", 5, 0, false, 3},
    {"it comes back, behind", 5, 3, false, 3},
    {"a place that was taken twice", 4, 2, false, 3},
    {"the lower UUID decides", 2, 2, false, 2},
    {"it dies", 2, GONE, false, 3},
    {"one who never was in it", 8, GONE, false, 3},
    {"a core node becomes a satellite", 3, 2, true, 4},
    {"the next one dies", 4, GONE, false, 5},
    {"the last one dies", 5, GONE, false, NOBODY},
};

static void
each_in_turn(void **state)
{
	struct turn_queue r = {0};

	for (size_t i = 0; i < sizeof story / sizeof *story; i++) {
		struct proto_node n =
		    a_node(story[i].id, story[i].boots, story[i].satellite);
		const struct node_id *first;

		if (story[i].boots == GONE)
			turn_queue_gone(&r, &n.id);
		else
			turn_queue_node(&r, &n);
		first = turn_queue_first(&r);
		if ((first == NULL ? NOBODY : first->b[0]) != story[i].first)
			fail_msg("%s: not %u", story[i].what, story[i].first);
	}
}

/* Nodes agree on which node is first in the queue, in whatever order they learn
 * of the nodes. */
static void
all_agree(void **state)
{
	for (unsigned start = 0; start < 7; start++) {
		struct turn_queue r = {0};

		for (unsigned i = 0; i < 7; i++) {
			unsigned id = 1 + (start + i * 3) % 7;
			struct proto_node n = a_node(id, 1 + id % 3, false);

			turn_queue_node(&r, &n);
		}
		assert_int_equal(turn_queue_first(&r)->b[0], 3);
	}
}

static void
more_than_there_is_room_for(void **state)
{
	struct turn_queue r = {0};
	struct proto_node n;

	for (unsigned i = 0; i < TURN_QUEUE_MAX + 10; i++) {
		n = a_node(i, 1 + i, false);
		turn_queue_node(&r, &n);
		turn_queue_node(&r, &n);
	}
	assert_int_equal(r.n, TURN_QUEUE_MAX);
	assert_int_equal(turn_queue_first(&r)->b[0], 0);
	n = a_node(0, 0, false);
	turn_queue_gone(&r, &n.id);
	assert_int_equal(turn_queue_first(&r)->b[0], 1);
}

/* The places decide which node is first, even if the nodes with the lowest
 * places are announced last. */
static void
the_first_are_told_of_last(void **state)
{
	struct turn_queue r = {0};
	struct proto_node n;

	for (unsigned i = TURN_QUEUE_MAX + 10; i-- > 0;) {
		n = a_node(i, 1 + i, false);
		turn_queue_node(&r, &n);
		assert_int_equal(turn_queue_first(&r)->b[0], i);
	}
	assert_int_equal(r.n, TURN_QUEUE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_in_turn),
	    cmocka_unit_test(all_agree),
	    cmocka_unit_test(more_than_there_is_room_for),
	    cmocka_unit_test(the_first_are_told_of_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
