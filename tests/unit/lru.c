/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/random.h"
#include "router/policy/lru.h"

#define NCHUNKS 50

static void
expect(const struct recent *rc, const uint32_t *order, uint32_t n)
{
	uint32_t i, at = recent_oldest(rc);

	assert_int_equal(recent_count(rc), n);
	for (i = 0; i < n; i++) {
		assert_int_equal(at, order[i]);
		assert_true(recent_has(rc, at));
		at = recent_next(rc, at);
	}
	assert_int_equal(at, RECENT_NONE);
}

static void
in_order(void **state)
{
	struct recent *rc = recent_new(NCHUNKS);

	expect(rc, NULL, 0);
	recent_remove(rc, 3);
	expect(rc, NULL, 0);
	recent_add(rc, 3);
	recent_add(rc, 0);
	recent_add(rc, 49);
	expect(rc, (uint32_t[]){3, 0, 49}, 3);
	recent_add(rc, 3);
	recent_add(rc, 3);
	expect(rc, (uint32_t[]){0, 49, 3}, 3);
	recent_remove(rc, 49);
	expect(rc, (uint32_t[]){0, 3}, 2);
	assert_false(recent_has(rc, 49));
	recent_remove(rc, 0);
	recent_remove(rc, 3);
	expect(rc, NULL, 0);
	recent_free(rc);
}

/* Beside an array that is kept in order the simple way. */
static void
as_an_array(void **state)
{
	struct recent *rc = recent_new(NCHUNKS);
	uint32_t order[NCHUNKS], n = 0, i, k, chunk;
	uint64_t rng = 7;

	for (i = 0; i < 5000; i++) {
		chunk = random_below(&rng, NCHUNKS);
		for (k = 0; k < n && order[k] != chunk;)
			k++;
		if (k < n)
			for (n--; k < n; k++)
				order[k] = order[k + 1];
		if (random_below(&rng, 3) == 0) {
			recent_remove(rc, chunk);
		} else {
			recent_add(rc, chunk);
			order[n++] = chunk;
		}
		expect(rc, order, n);
	}
	recent_free(rc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_order),
	    cmocka_unit_test(as_an_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
