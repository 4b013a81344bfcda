/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/log_limit.h"

static uint64_t unsaid_sum;
static int summaries;

static void
note(void *ctx, uint64_t unsaid, const char *text)
{
	unsaid_sum += unsaid;
	summaries++;
	assert_true(strlen(text) > 0);
}

static bool
may(struct log_limit *l, const char *line)
{
	return log_limit_may(l, line, strlen(line));
}

static void
kinds(void **state)
{
	struct log_limit l = {0};
	char line[64];
	int said = 0;

	log_limit_tick(&l, 1000, note, NULL);
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof line, "nbdkit[%d]: offset=%d", i, i * 7);
		said += may(&l, line);
	}
	assert_int_equal(said, LOG_LIMIT_LINES);
	assert_true(may(&l, "another kind"));
	log_limit_tick(&l, 1000 + LOG_LIMIT_S - 1, note, NULL);
	assert_int_equal(summaries, 0);
	log_limit_tick(&l, 1000 + LOG_LIMIT_S, note, NULL);
	assert_int_equal(summaries, 1);
	assert_int_equal(unsaid_sum, 1000 - LOG_LIMIT_LINES);
	assert_true(may(&l, line));
}

/* If each of many lines is of another kind, as when a stranger chooses their
 * words, the log still prints only a bounded number of them. */
static void
many_kinds(void **state)
{
	struct log_limit l = {0};
	char line[1000];
	int said = 0;

	memset(line, 'x', sizeof line);
	for (size_t i = 1; i < sizeof line; i++)
		said += log_limit_may(&l, line, i);
	assert_int_equal(said, LOG_LIMIT_KINDS + LOG_LIMIT_LINES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kinds),
	    cmocka_unit_test(many_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
