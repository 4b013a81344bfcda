/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the order in which a client tries members. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "membership/client/members.h"

static struct address
core(unsigned i)
{
	struct address a;
	char text[32];

	snprintf(text, sizeof text, "10.0.0.%u:10810", i);
	assert_int_equal(address_parse(text, 0, &a), 0);
	return a;
}

static void
add(struct members *t, unsigned i, bool given, bool doubtful)
{
	struct address a = core(i);

	members_add(t, &a, given, doubtful);
}

/* Asserts which members one round tries, in which order.  `want` has, for each,
 * the last byte of its address, or 0 for the node's own member. */
static void
expect_round(struct members *t, const char *want)
{
	char got[1024] = "";
	uint32_t target;

	while ((target = members_next(t)) != MEMBERS_NONE)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%u ",
			 target == MEMBERS_OWN
			     ? 0
			     : members_address(t, target)->ip[15]);
	assert_string_equal(got, want);
}

static void
rounds(void **state)
{
	struct members t = {0};

	expect_round(&t, "");
	add(&t, 1, true, false);
	add(&t, 2, true, false);
	add(&t, 3, false, false);
	members_begin(&t, 0);
	expect_round(&t, "1 2 3 ");
	expect_round(&t, "");
	members_begin(&t, 4);
	expect_round(&t, "2 3 1 ");
	members_begin(&t, 1);
	assert_int_equal(members_next(&t), 2);
	/* the next round begins after the member that was tried last */
	members_again(&t);
	expect_round(&t, "3 1 2 ");
	t.own = true;
	members_begin(&t, 2);
	expect_round(&t, "0 3 1 2 ");
}

static void
doubtful_ones_are_the_last(void **state)
{
	struct members t = {0};

	add(&t, 1, false, true);
	add(&t, 2, false, false);
	add(&t, 3, false, false);
	members_begin(&t, 0);
	expect_round(&t, "2 3 1 ");
	members_failed(&t, 2);
	members_begin(&t, 0);
	expect_round(&t, "3 1 2 ");
	/* a member that fails within a round is not tried again in that
	 * round */
	members_begin(&t, 0);
	assert_int_equal(members_next(&t), 3);
	members_failed(&t, 3);
	expect_round(&t, "1 2 ");
	members_answered(&t, 2);
	/* another member has told that member 1 lives */
	add(&t, 1, false, false);
	/* member 2 has answered, so it does not matter that another member has
	 * told that a core node might be there */
	add(&t, 2, false, true);
	members_begin(&t, 0);
	expect_round(&t, "1 2 3 ");
}

static void
there_are_so_many(void **state)
{
	struct members t = {0};
	unsigned n = 0;

	for (unsigned i = 1; i <= 60; i++)
		add(&t, i, true, false);
	for (unsigned i = 61; i <= 200; i++)
		add(&t, i, false, false);
	assert_int_equal(t.ncores, MEMBERS_CORES_MAX);
	members_begin(&t, 0);
	for (uint32_t target; (target = members_next(&t)) != MEMBERS_NONE;
	     n++) {
		unsigned i = members_address(&t, target)->ip[15];

		assert_true(i <= 60 || i > 196);
	}
	assert_int_equal(n, MEMBERS_CORES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rounds),
	    cmocka_unit_test(doubtful_ones_are_the_last),
	    cmocka_unit_test(there_are_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
