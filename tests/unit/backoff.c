/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/backoff.h"

static void
doubles_up_to_the_most(void **state)
{
	static const struct backoff_range range = {.least = 100, .most = 5000};
	static const int64_t pauses[] = {100,  200,  400,  800, 1600,
					 3200, 5000, 5000, 5000};
	struct backoff b = {0};

	(void)state;
	for (unsigned i = 0; i < sizeof pauses / sizeof *pauses; i++)
		assert_int_equal(backoff_next(&b, &range), pauses[i]);
}

static void
first_try_comes_at_once_where_the_range_says_so(void **state)
{
	static const struct backoff_range range = {5, 500, .at_once = true};
	static const int64_t pauses[] = {0,  5,   10,  20,  40,
					 80, 160, 320, 500, 500};
	struct backoff b = {0};

	(void)state;
	for (unsigned i = 0; i < sizeof pauses / sizeof *pauses; i++)
		assert_int_equal(backoff_next(&b, &range), pauses[i]);
}

static void
begins_anew_after_a_success(void **state)
{
	static const struct backoff_range ranges[] = {{20, 1000, false},
						      {20, 1000, true}};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct backoff b = {0};
		int64_t first = backoff_next(&b, &ranges[i]);

		for (unsigned k = 0; k < 5; k++)
			backoff_next(&b, &ranges[i]);
		backoff_reset(&b);
		assert_int_equal(backoff_next(&b, &ranges[i]), first);
		assert_int_equal(first, i == 0 ? 20 : 0);
	}
}

/* A pause never overflows, however many failures there were, and however wide
 * the range is. */
static void
never_overflows(void **state)
{
	static const struct backoff_range ranges[] = {
	    {1, INT64_MAX, false},
	    {1, INT64_MAX, true},
	    {INT64_MAX, INT64_MAX, true},
	    {3, INT64_MAX - 1, false},
	    {7, 7, false},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		struct backoff b = {0};
		int64_t last = 0;

		for (unsigned k = 0; k < 1000; k++) {
			int64_t pause = backoff_next(&b, &ranges[i]);

			assert_true(pause >= last);
			assert_true(pause <= ranges[i].most);
			last = pause;
		}
		assert_true(last == ranges[i].most);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(doubles_up_to_the_most),
	    cmocka_unit_test(first_try_comes_at_once_where_the_range_says_so),
	    cmocka_unit_test(begins_anew_after_a_success),
	    cmocka_unit_test(never_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
