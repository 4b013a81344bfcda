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
expect(const struct lru *rc, const uint32_t *order, uint32_t n)
{
	uint32_t i, at = lru_oldest(rc);

	assert_int_equal(lru_count(rc), n);
	for (i = 0; i < n; i++) {
		assert_int_equal(at, order[i]);
		assert_true(lru_has(rc, at));
		at = lru_next(rc, at);
	}
	assert_int_equal(at, LRU_NONE);
}

static void
in_order(void **state)
{
	struct lru *rc = lru_new(NCHUNKS);

	expect(rc, NULL, 0);
	lru_remove(rc, 3);
	expect(rc, NULL, 0);
	lru_add(rc, 3);
	lru_add(rc, 0);
	lru_add(rc, 49);
	expect(rc, (uint32_t[]){3, 0, 49}, 3);
	lru_add(rc, 3);
	lru_add(rc, 3);
	expect(rc, (uint32_t[]){0, 49, 3}, 3);
	lru_remove(rc, 49);
	expect(rc, (uint32_t[]){0, 3}, 2);
	assert_false(lru_has(rc, 49));
	lru_remove(rc, 0);
	lru_remove(rc, 3);
	expect(rc, NULL, 0);
	lru_free(rc);
}

/* After random changes the list has the same order as a plain array to which
 * the same changes were made. */
static void
as_an_array(void **state)
{
	struct lru *rc = lru_new(NCHUNKS);
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
			lru_remove(rc, chunk);
		} else {
			lru_add(rc, chunk);
			order[n++] = chunk;
		}
		expect(rc, order, n);
	}
	lru_free(rc);
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
