/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "lib/port_wait.h"

static int calls;

/* Stands for trying to listen: the port is in use in the first *arg calls, then
 * free. */
static int
free_after(const void *arg)
{
	return calls++ < *(const int *)arg ? EADDRINUSE : 0;
}

static int
refused_after(const void *arg)
{
	return calls++ < *(const int *)arg ? EADDRINUSE : EACCES;
}

static void
waits_while_it_is_in_use(void **state)
{
	const int at_once = 0, later = 3, never = INT32_MAX;

	calls = 0;
	assert_int_equal(port_wait(free_after, &at_once), 0);
	assert_int_equal(calls, 1);
	calls = 0;
	assert_int_equal(port_wait(free_after, &later), 0);
	assert_int_equal(calls, 4);
	calls = 0;
	assert_int_equal(port_wait(refused_after, &later), EACCES);
	assert_int_equal(calls, 4);
	assert_int_equal(port_wait(free_after, &never), EADDRINUSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(waits_while_it_is_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
