#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/route.h"

static void
who_is_behind(void **state)
{
	static const struct {
		struct route_pace own, its;
		uint32_t room;
		bool was, is;
	} rows[] = {
	    /* it begins: what waits in a window says nothing */
	    {{0, 0, 3}, {0, 0, 3}, 1000, false, false},
	    {{96, 96, 3}, {0, 1, 3}, 1000, false, false},
	    {{97, 97, 3}, {0, 1, 3}, 1000, false, 3},
	    /* it does not read, as far as is known */
	    {{600, 100, 3}, {0, 0, 3}, 1000, false, false},
	    /* slower by a quarter, or not */
	    {{600, 100, 3}, {400, 74, 3}, 1000, false, 3},
	    {{600, 100, 3}, {400, 75, 3}, 1000, false, false},
	    {{600, 100, 3}, {10, 100, 3}, 1000, false, false},
	    /* nobody gains anything */
	    {{600, 0, 3}, {10, 0, 3}, 1000, false, false},
	    /* it began later, and has had its time */
	    {{600, 100, 4}, {400, 74, 2}, 1000, false, false},
	    {{600, 100, 9}, {400, 74, 4}, 1000, false, false},
	    {{600, 100, 9}, {400, 74, 5}, 1000, false, true},
	    /* it has caught up, or is as fast now */
	    {{600, 100, 3}, {551, 80, 3}, 1000, true, 3},
	    {{600, 100, 3}, {552, 80, 3}, 1000, true, false},
	    {{600, 100, 3}, {10, 87, 3}, 1000, true, 3},
	    {{600, 100, 3}, {10, 88, 3}, 1000, true, false},
	    {{600, 100, 3}, {700, 0, 3}, 1000, true, false},
	    /* a small store holds no more; one of no size nothing */
	    {{1000, 100, 3}, {96, 1, 3}, 256, false, false},
	    {{1000, 100, 3}, {95, 1, 3}, 256, false, 3},
	    {{1000, 100, 3}, {0, 0, 3}, 0, false, false},
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
	route_pace_mark(&p, 30, true); /* it may have begun a moment ago */
	assert_int_equal(p.gained, 0);
	route_pace_mark(&p, 100, true);
	assert_int_equal(p.gained, 70);
	route_pace_mark(&p, 90, true); /* it dropped some */
	assert_int_equal(p.gained, 0);
	route_pace_mark(&p, 120, true);
	assert_int_equal(p.gained, 0);
	assert_int_equal(p.held, 120);
	route_pace_mark(&p, 200, false);
	route_pace_mark(&p, 300, true); /* it may have begun again */
	assert_int_equal(p.gained, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_is_behind),
	    cmocka_unit_test(pace_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
