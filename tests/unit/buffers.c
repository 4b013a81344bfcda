/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/image/buffers.h"

#define SIZE 65536
#define MANY 20
#define KEPT 4 /* number of idle buffers that buffers_trim leaves */

static unsigned
take_all(struct buffers *p, struct buffer *b[MANY])
{
	for (unsigned i = 0; i < MANY; i++) {
		b[i] = buffer_get(p);
		assert_non_null(b[i]);
		b[i]->data[SIZE - 1] = i;
	}
	return MANY;
}

static void
put(struct buffer **b, unsigned n)
{
	while (n > 0)
		buffer_put(b[--n]);
}

static void
given_back_after_a_rest(void **state)
{
	struct buffers *p = buffers_new(SIZE);
	struct buffer *b[MANY];

	put(b, take_all(p, b));
	assert_int_equal(buffers_bytes_out(p), 0);
	assert_int_equal(buffers_idle(p), MANY);
	/* buffers that were in use a moment ago stay at the first trim */
	assert_true(buffers_trim(p));
	assert_int_equal(buffers_idle(p), MANY);
	assert_false(buffers_trim(p));
	assert_int_equal(buffers_idle(p), KEPT);
	assert_false(buffers_trim(p));
	buffers_free(p);
}

static void
kept_while_wanted(void **state)
{
	struct buffers *p = buffers_new(SIZE);
	struct buffer *b[MANY];

	for (unsigned i = 0; i < 3; i++) {
		put(b, take_all(p, b));
		assert_true(buffers_trim(p));
	}
	assert_int_equal(buffers_idle(p), MANY);
	/* only half of the buffers are used between two trims */
	put(b, take_all(p, b) / 2);
	put(b + MANY / 2, MANY / 2);
	buffers_trim(p);
	for (unsigned i = 0; i < MANY / 2; i++)
		b[i] = buffer_get(p);
	put(b, MANY / 2);
	buffers_trim(p);
	assert_int_equal(buffers_idle(p), MANY / 2 + KEPT);
	buffers_free(p);
}

static void
references(void **state)
{
	struct buffers *p = buffers_new(SIZE);
	struct buffer *b = buffer_get(p);

	assert_int_equal(buffers_bytes_out(p), SIZE);
	buffer_put(buffer_ref(b));
	assert_int_equal(buffers_bytes_out(p), SIZE);
	assert_int_equal(buffers_idle(p), 0);
	buffer_put(b);
	assert_int_equal(buffers_bytes_out(p), 0);
	assert_ptr_equal(buffer_get(p), b);
	buffer_put(b);
	buffer_put(NULL);
	buffers_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(given_back_after_a_rest),
	    cmocka_unit_test(kept_while_wanted),
	    cmocka_unit_test(references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
