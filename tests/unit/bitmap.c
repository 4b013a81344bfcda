/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "lib/bitmap.h"

static void
add_and_remove_say_if_it_changed(void **state)
{
	struct bitmap *bm = bitmap_new(130);

	assert_int_equal(bitmap_size(bm), 130);
	assert_int_equal(bitmap_words(bm), 3);
	assert_true(bitmap_add(bm, 129));
	assert_false(bitmap_add(bm, 129));
	assert_true(bitmap_add(bm, 63));
	assert_true(bitmap_add(bm, 64));
	assert_int_equal(bitmap_count(bm), 3);
	assert_true(bitmap_has(bm, 64));
	assert_false(bitmap_has(bm, 65));
	assert_true(bitmap_remove(bm, 64));
	assert_false(bitmap_remove(bm, 64));
	assert_int_equal(bitmap_count(bm), 2);
	bitmap_free(bm);
}

/* Compares bitmap_next with a search bit by bit, for sizes around that of a
 * bitmap word. */
static void
next_is_the_next(void **state)
{
	static const uint32_t sizes[] = {0, 1, 63, 64, 65, 127, 128, 200};
	uint64_t rng = 88172645463325252U;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint32_t n = sizes[i], held = n, missing = n;
		struct bitmap *bm = bitmap_new(n);

		for (uint32_t c = 0; c < n; c++) {
			rng ^= rng << 13;
			rng ^= rng >> 7;
			rng ^= rng << 17;
			if (rng % 5 == 0)
				bitmap_add(bm, c);
		}
		assert_int_equal(bitmap_next(bm, n), n);
		assert_int_equal(bitmap_next_missing(bm, UINT32_MAX), n);
		for (uint32_t c = n; c-- > 0;) {
			if (bitmap_has(bm, c))
				held = c;
			else
				missing = c;
			assert_int_equal(bitmap_next(bm, c), held);
			assert_int_equal(bitmap_next_missing(bm, c), missing);
		}
		bitmap_free(bm);
	}
}

static void
full_ends_at_the_end(void **state)
{
	struct bitmap *bm = bitmap_new(70);

	bitmap_fill(bm);
	assert_int_equal(bitmap_count(bm), 70);
	assert_int_equal(bitmap_word(bm, 1), 0x3f);
	assert_int_equal(bitmap_next_missing(bm, 0), 70);
	bitmap_free(bm);
}

static void
words_from_outside(void **state)
{
	struct bitmap *bm = bitmap_new(70);

	assert_int_equal(bitmap_set_word(bm, 1, UINT64_MAX), 0);
	assert_int_equal(bitmap_word(bm, 1), 0x3f);
	assert_int_equal(bitmap_count(bm), 6);
	assert_int_equal(bitmap_set_word(bm, 1, 1), 0);
	assert_int_equal(bitmap_count(bm), 1);
	assert_int_equal(bitmap_set_word(bm, 2, 1), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(bitmap_set_word(bm, UINT32_MAX, 1), -1);
	bitmap_free(bm);
}

static void
empty(void **state)
{
	struct bitmap *bm = bitmap_new(0);

	bitmap_fill(bm);
	assert_int_equal(bitmap_count(bm), 0);
	assert_int_equal(bitmap_words(bm), 0);
	assert_int_equal(bitmap_next(bm, 0), 0);
	assert_int_equal(bitmap_next_missing(bm, 0), 0);
	assert_int_equal(bitmap_set_word(bm, 0, 1), -1);
	bitmap_free(bm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(add_and_remove_say_if_it_changed),
	    cmocka_unit_test(next_is_the_next),
	    cmocka_unit_test(full_ends_at_the_end),
	    cmocka_unit_test(words_from_outside),
	    cmocka_unit_test(empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
