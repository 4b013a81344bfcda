/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/pool.h"

#define MANY 200 /* number of objects; they take several slabs */
#define SIZE 37  /* bytes of an object, no multiple of the alignment */

static int
by_address(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
objects_do_not_overlap(void **state)
{
	unsigned char *objects[MANY];
	struct pool p;

	(void)state;
	pool_init(&p, SIZE);
	for (unsigned i = 0; i < MANY; i++) {
		objects[i] = pool_get(&p);
		assert_non_null(objects[i]);
		assert_int_equal((uintptr_t)objects[i] % 16, 0);
		memset(objects[i], (int)i, SIZE);
	}
	for (unsigned i = 0; i < MANY; i++)
		for (unsigned k = 0; k < SIZE; k++)
			assert_int_equal(objects[i][k], i);
	qsort(objects, MANY, sizeof *objects, by_address);
	for (unsigned i = 1; i < MANY; i++)
		assert_true(objects[i] - objects[i - 1] >= SIZE);
	pool_free(&p);
}

static void
what_was_given_back_last_is_used_first(void **state)
{
	struct pool p;
	void *a, *b;

	(void)state;
	pool_init(&p, SIZE);
	a = pool_get(&p);
	b = pool_get(&p);
	pool_put(&p, a);
	pool_put(&p, b);
	assert_ptr_equal(pool_get(&p), b);
	assert_ptr_equal(pool_get(&p), a);
	pool_free(&p);
}

/* If objects are taken and put back again and again, no slab is added after the
 * first round. */
static void
warm_pool_allocates_nothing(void **state)
{
	void *objects[MANY];
	struct pool_item *slabs = NULL;
	struct pool p;

	(void)state;
	pool_init(&p, SIZE);
	for (unsigned round = 0; round < 5; round++) {
		for (unsigned i = 0; i < MANY; i++)
			objects[i] = pool_get(&p);
		if (round == 0)
			slabs = p.slabs;
		assert_ptr_equal(p.slabs, slabs);
		for (unsigned i = 0; i < MANY; i++)
			pool_put(&p, objects[i]);
	}
	pool_free(&p);
}

static void
zeroed_object_has_nothing_of_its_last_life(void **state)
{
	static const unsigned char zeros[SIZE];
	struct pool p;
	void *a;

	(void)state;
	pool_init(&p, SIZE);
	a = pool_get_zeroed(&p);
	assert_memory_equal(a, zeros, SIZE);
	memset(a, 0xff, SIZE);
	pool_put(&p, a);
	assert_ptr_equal(pool_get_zeroed(&p), a);
	assert_memory_equal(a, zeros, SIZE);
	pool_free(&p);
}

static void
pool_that_was_freed_may_be_used_again(void **state)
{
	struct pool p;

	(void)state;
	pool_init(&p, SIZE);
	assert_non_null(pool_get(&p));
	pool_free(&p);
	memset(pool_get(&p), 1, SIZE);
	pool_free(&p);
	pool_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(objects_do_not_overlap),
	    cmocka_unit_test(what_was_given_back_last_is_used_first),
	    cmocka_unit_test(warm_pool_allocates_nothing),
	    cmocka_unit_test(zeroed_object_has_nothing_of_its_last_life),
	    cmocka_unit_test(pool_that_was_freed_may_be_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
