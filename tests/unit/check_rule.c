/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of when a plugin's check has its repair run: after two bad checks,
 * three times in ten minutes, and again once it was good. */
#include "vfield/check_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct check_rule rule;
static int64_t now_ms;

/* Has a check end so a second later.  Returns whether a repair is wanted. */
static bool
after(bool good)
{
	now_ms += 1000;
	return check_rule_result(&rule, good, true, now_ms);
}

static int
begin(void **state)
{
	rule = (struct check_rule){.state = CHECK_GOOD};
	now_ms = 0;
	return 0;
}

static void
test_once(void **state)
{
	assert_false(after(true));
	assert_false(after(false));
	assert_int_equal(rule.state, CHECK_DOUBTFUL);
	assert_false(after(true));
	assert_int_equal(rule.state, CHECK_GOOD);
	assert_false(after(false));
	assert_true(after(false));
	assert_int_equal(rule.state, CHECK_BAD);
	assert_false(after(true));
	assert_int_equal(rule.state, CHECK_GOOD);
}

static void
test_given_up(void **state)
{
	assert_false(after(false));
	for (int i = 0; i < CHECK_REPAIRS; i++)
		assert_true(after(false));
	assert_false(after(false));
	assert_int_equal(rule.state, CHECK_GIVEN_UP);
	now_ms += CHECK_REPAIRS_MS;
	assert_false(after(false));
	assert_int_equal(rule.state, CHECK_GIVEN_UP);
	/* a new site may have mended it; else it is repaired anew */
	check_rule_again(&rule);
	assert_int_equal(rule.state, CHECK_DOUBTFUL);
	assert_true(after(false));
	/* repairs of long ago do not count */
	rule = (struct check_rule){.state = CHECK_GOOD};
	for (int i = 0; i < 2 * CHECK_REPAIRS; i++) {
		now_ms += CHECK_REPAIRS_MS / 2;
		assert_false(after(false));
		assert_true(after(false));
		assert_false(after(true));
	}
}

static void
test_no_repair(void **state)
{
	assert_false(check_rule_result(&rule, false, false, 1));
	assert_false(check_rule_result(&rule, false, false, 2));
	assert_int_equal(rule.state, CHECK_GIVEN_UP);
	assert_false(check_rule_result(&rule, true, false, 3));
	assert_int_equal(rule.state, CHECK_GOOD);
}

static void
test_next(void **state)
{
	assert_int_equal(check_rule_next(&rule, 60000, 7), 60007);
	rule.state = CHECK_BAD;
	assert_int_equal(check_rule_next(&rule, 60000, 7), CHECK_AGAIN_MS + 7);
	assert_int_equal(check_rule_next(&rule, 1000, 7), 1007);
	rule.state = CHECK_GIVEN_UP;
	assert_int_equal(check_rule_next(&rule, 60000, 7), 60007);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_once, begin),
	    cmocka_unit_test_setup(test_given_up, begin),
	    cmocka_unit_test_setup(test_no_repair, begin),
	    cmocka_unit_test_setup(test_next, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
