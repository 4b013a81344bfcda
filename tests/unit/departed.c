/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that the list of departed nodes has each for an hour, or until the node
 * is back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "router/cluster/departed.h"

#define S 1000000000LL

static struct departed_list list;

static const struct proto_node *
node(unsigned id, unsigned name)
{
	static struct proto_node n;

	memset(&n, 0, sizeof n);
	n.id.b[0] = id;
	n.id.b[1] = id >> 8;
	snprintf(n.name, sizeof n.name, "n%u", name);
	assert_int_equal(address_parse("10.0.0.1", 10809, &n.nbd), 0);
	n.nbd.ip[15] = name;
	return &n;
}

static void
until_they_are_back(void **state)
{
	memset(&list, 0, sizeof list);
	departed_add(&list, node(1, 1), PROTO_LOST, 10 * S);
	departed_add(&list, node(2, 2), PROTO_LEFT, 11 * S);
	departed_add(&list, node(3, 3), PROTO_REASON_UNKNOWN, 12 * S);
	assert_int_equal(list.n, 3);
	assert_int_equal(list.at[0].reason, PROTO_LOST);
	departed_back(&list, node(9, 9)); /* another node is back */
	assert_int_equal(list.n, 3);
	departed_back(&list, node(2, 7)); /* n2 is found by its id */
	assert_int_equal(list.n, 2);
	/* n1 is found by its name and address */
	departed_back(&list, node(8, 1));
	assert_int_equal(list.n, 1);
	assert_string_equal(list.at[0].name, "n3");
	/* the node leaves a second time */
	departed_add(&list, node(3, 3), PROTO_LOST, 13 * S);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.at[0].reason, PROTO_LOST);
}

static void
for_an_hour(void **state)
{
	memset(&list, 0, sizeof list);
	departed_add(&list, node(1, 1), PROTO_LOST, 10 * S);
	departed_add(&list, node(2, 2), PROTO_LOST, 20 * S);
	departed_expire(&list, 10 * S + DEPARTED_KEEP_NS);
	assert_int_equal(list.n, 2);
	departed_expire(&list, 11 * S + DEPARTED_KEEP_NS);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.at[0].name, "n2");
}

static void
the_oldest_goes_first(void **state)
{
	memset(&list, 0, sizeof list);
	for (unsigned i = 0; i < DEPARTED_MAX + 5; i++)
		departed_add(&list, node(i, i), PROTO_LOST, i * S);
	assert_int_equal(list.n, DEPARTED_MAX);
	assert_string_equal(list.at[0].name, "n5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(until_they_are_back),
	    cmocka_unit_test(for_an_hour),
	    cmocka_unit_test(the_oldest_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
