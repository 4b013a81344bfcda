/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of when a machine counts as late in a stage of its boot, by how long
 * other machines were in that stage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "boot/late.h"

static void
by_the_median(void **state)
{
	struct late l = {0};

	assert_int_equal(late_limit(&l, STAGE_KERNEL), LATE_NEVER);
	late_took(&l, STAGE_KERNEL, 20);
	late_took(&l, STAGE_KERNEL, 900);
	assert_int_equal(late_limit(&l, STAGE_KERNEL), LATE_NEVER);
	late_took(&l, STAGE_KERNEL, 10);
	assert_int_equal(late_median(&l, STAGE_KERNEL), 20);
	assert_int_equal(late_limit(&l, STAGE_KERNEL), 60);
	assert_int_equal(late_limit(&l, STAGE_INITRD), LATE_NEVER);
}

/* No machine counts as late within LATE_LEAST_S, or when it is up or gone. */
static void
not_too_soon(void **state)
{
	struct late l = {0};

	for (int s = STAGE_NONE; s <= STAGE_GONE; s++)
		for (int i = 0; i < 5; i++)
			late_took(&l, s, 1);
	for (int s = STAGE_ROM; s <= STAGE_JOINED; s++)
		assert_int_equal(late_limit(&l, s), LATE_LEAST_S);
	assert_int_equal(late_limit(&l, STAGE_NONE), LATE_NEVER);
	assert_int_equal(late_limit(&l, STAGE_UP), LATE_NEVER);
	assert_int_equal(late_limit(&l, STAGE_GONE), LATE_NEVER);
}

/* Only the last LATE_SAMPLES durations of a stage count, and the limit made
 * from them never overflows. */
static void
the_last_ones_count(void **state)
{
	struct late l = {0};

	for (int i = 0; i < LATE_SAMPLES; i++)
		late_took(&l, STAGE_ROM, 7);
	assert_int_equal(late_limit(&l, STAGE_ROM), 21);
	for (int i = 0; i < LATE_SAMPLES; i++)
		late_took(&l, STAGE_ROM, 50);
	assert_int_equal(late_limit(&l, STAGE_ROM), 150);
	for (int i = 0; i < LATE_SAMPLES; i++)
		late_took(&l, STAGE_ROM, UINT32_MAX - 1);
	assert_int_equal(late_limit(&l, STAGE_ROM), LATE_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_the_median),
	    cmocka_unit_test(not_too_soon),
	    cmocka_unit_test(the_last_ones_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
