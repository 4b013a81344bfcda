/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "router/policy/pace.h"

#define S INT64_C(1000000000)
#define KEY 5

static struct bitmap *held;

static int
set_up(void **state)
{
	held = bitmap_new(100);
	return held != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	bitmap_free(held);
	return 0;
}

static void
check(struct pace *p, int64_t second, enum pace_state want)
{
	assert_int_equal(pace_look(p, KEY, held, second * S), want);
}

static void
test_not_counted_on(void **state)
{
	struct pace p = {0};

	check(&p, 1, PACE_GAINS);
	check(&p, 3, PACE_GAINS);
	check(&p, 5, PACE_STILL);
	pace_count_on(&p, false, 6 * S);
	pace_count_on(&p, false, 30 * S);
	check(&p, 1000, PACE_STILL);
	bitmap_add(held, 3);
	check(&p, 1001, PACE_GAINS);
	/* the node holds as many chunks as before, but other ones */
	check(&p, 1010, PACE_STILL);
	bitmap_add(held, 4);
	bitmap_remove(held, 3);
	check(&p, 1011, PACE_GAINS);
}

static void
test_fails(void **state)
{
	struct pace p = {0};

	check(&p, 1, PACE_GAINS);
	for (int64_t s = 2; s < 12; s++)
		pace_count_on(&p, true, s * S);
	check(&p, 12, PACE_STILL);
	pace_count_on(&p, true, 12 * S);
	check(&p, 12, PACE_FAILS);
	/* from now on no other node counts on this node */
	pace_count_on(&p, false, 13 * S);
	check(&p, 71, PACE_FAILS);
	/* a minute later the node no longer counts as failing */
	check(&p, 72, PACE_STILL);
	pace_count_on(&p, true, 73 * S);
	check(&p, 80, PACE_STILL);
	pace_count_on(&p, true, 83 * S);
	check(&p, 83, PACE_FAILS);
	/* the node gains a chunk */
	bitmap_add(held, 7);
	check(&p, 84, PACE_GAINS);
	pace_count_on(&p, true, 85 * S);
	check(&p, 90, PACE_STILL);
}

static void
test_another_node(void **state)
{
	struct pace p = {0};

	check(&p, 1, PACE_GAINS);
	pace_count_on(&p, true, 2 * S);
	pace_count_on(&p, true, 12 * S);
	check(&p, 12, PACE_FAILS);
	assert_int_equal(pace_look(&p, KEY + 1, held, 13 * S), PACE_GAINS);
	assert_int_equal(pace_look(&p, KEY + 1, NULL, 14 * S), PACE_GAINS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(test_not_counted_on),
	    T(test_fails),
	    T(test_another_node),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
