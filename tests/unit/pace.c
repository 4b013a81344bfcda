/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/route.h"

static void
who_is_behind(void **state)
{
	static const struct {
		struct route_pace own, its;
		uint32_t room;
		bool was, is;
	} rows[] = {
	    /* the node begins: a window that waits says nothing */
	    {{0, 0, 3, 0}, {0, 0, 3, 0}, 1000, false, false},
	    {{96, 96, 3, 400}, {0, 1, 3, 4}, 1000, false, false},
	    {{97, 97, 3, 400}, {0, 1, 3, 4}, 1000, false, true},
	    /* the node does not read, as far as is known */
	    {{600, 100, 3, 400}, {0, 0, 3, 0}, 1000, false, false},
	    /* slower by three eighths, or not, or for a moment */
	    {{600, 100, 3, 400}, {400, 62, 3, 249}, 1000, false, true},
	    {{600, 100, 3, 400}, {400, 62, 3, 250}, 1000, false, false},
	    {{600, 100, 3, 400}, {10, 10, 3, 320}, 1000, false, false},
	    {{600, 100, 3, 400}, {10, 100, 3, 400}, 1000, false, false},
	    /* nobody gains anything */
	    {{600, 0, 3, 0}, {10, 0, 3, 0}, 1000, false, false},
	    /* the node began later, and has had its time */
	    {{600, 100, 4, 400}, {400, 60, 2, 200}, 1000, false, false},
	    {{600, 100, 9, 400}, {400, 60, 4, 200}, 1000, false, false},
	    {{600, 100, 9, 400}, {400, 60, 5, 200}, 1000, false, true},
	    /* the node has caught up, or is as fast now */
	    {{600, 100, 3, 400}, {551, 80, 3, 320}, 1000, true, true},
	    {{600, 100, 3, 400}, {552, 80, 3, 320}, 1000, true, false},
	    {{600, 100, 3, 400}, {10, 87, 3, 349}, 1000, true, true},
	    {{600, 100, 3, 400}, {10, 88, 3, 350}, 1000, true, false},
	    {{600, 100, 3, 400}, {700, 0, 3, 0}, 1000, true, false},
	    /* a small store holds no more; one of no size nothing */
	    {{1000, 100, 3, 400}, {96, 1, 3, 4}, 256, false, false},
	    {{1000, 100, 3, 400}, {95, 1, 3, 4}, 256, false, true},
	    {{1000, 100, 3, 400}, {0, 0, 3, 0}, 0, false, false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(route_is_behind(rows[i].own, rows[i].its,
						 rows[i].room, rows[i].was),
				 rows[i].is);
}

static void
pace_marks(void **state)
{
	struct route_pace p = {0};

	route_pace_mark(&p, 0, true);
	assert_int_equal(p.gained, 0);
	route_pace_mark(&p, 30, true); /* begun a moment ago, maybe */
	assert_int_equal(p.gained, 0);
	route_pace_mark(&p, 100, true);
	assert_int_equal(p.gained, 70);
	route_pace_mark(&p, 90, true); /* some were dropped */
	assert_int_equal(p.gained, 0);
	route_pace_mark(&p, 120, true);
	assert_int_equal(p.gained, 0);
	assert_int_equal(p.held, 120);
	route_pace_mark(&p, 200, false);
	route_pace_mark(&p, 300, true); /* begun again, maybe */
	assert_int_equal(p.gained, 0);
}

/* Chunks told of once in two marks are gained in each. */
static void
drifts(void **state)
{
	struct route_pace p = {0};
	uint32_t i;

	for (i = 0; i < 40; i++) {
		route_pace_mark(&p, i / 2 * 100, true);
		assert_true(i < 8 || p.drift > 100);
	}
	for (i = 0; i < 40; i++)
		route_pace_mark(&p, 1900, true);
	assert_true(p.drift < 4);
	route_pace_mark(&p, 1800, true);
	assert_true(p.drift < 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_is_behind),
	    cmocka_unit_test(pace_marks),
	    cmocka_unit_test(drifts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
