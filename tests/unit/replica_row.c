/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "vfield/replica_row.h"

#define CHUNKS 256

static const uint64_t half[] = {UINT64_MAX, 0, UINT64_MAX, 0};
static const struct replica none = {0};
static const struct replica all = {.complete = true};
static const struct replica two = {.words = half, .nwords = 4};

/* Every chunk is in a cell, and every cell has a chunk, whatever the numbers of
 * chunks and cells are. */
static void
test_every_size(void **state)
{
	for (uint32_t n = 1; n < 300; n += 7)
		for (uint32_t cells = 1; cells < 200; cells += 11) {
			assert_int_equal(
			    replica_row_level(&all, n, cells, cells - 1),
			    ROW_LEVELS - 1);
			assert_int_equal(replica_row_level(&none, n, cells, 0),
					 0);
		}
}

static void
test_levels(void **state)
{
	const uint64_t words[] = {0xff7fff0100000000};
	const struct replica r = {.words = words, .nwords = 1};

	/* There are 8 cells of 8 chunks.  Of the chunks in cells 0, 4, 5 and 6
	 * are held: none, one, all, and all but one. */
	assert_int_equal(replica_row_level(&r, 64, 8, 0), 0);
	assert_int_equal(replica_row_level(&r, 64, 8, 4), 1);
	assert_int_equal(replica_row_level(&r, 64, 8, 5), ROW_LEVELS - 1);
	assert_int_equal(replica_row_level(&r, 64, 8, 6), ROW_LEVELS - 2);
}

static void
test_held(void **state)
{
	assert_int_equal(replica_row_held(&none, CHUNKS), 0);
	assert_int_equal(replica_row_held(&two, CHUNKS), CHUNKS / 2);
	assert_int_equal(replica_row_held(&all, CHUNKS), CHUNKS);
	/* Chunks beyond the bitmap words are not held. */
	assert_int_equal(replica_row_held(&two, 2 * CHUNKS), CHUNKS / 2);
	assert_int_equal(replica_row_held(&all, 0), 0);
}

static void
test_copies(void **state)
{
	const struct replica r[] = {all, two, none};

	assert_int_equal(replica_row_copies(r, 3, CHUNKS, 4, 0), 2);
	assert_int_equal(replica_row_copies(r, 3, CHUNKS, 4, 1), 1);
	/* A cell's number of copies is that of its rarest chunk. */
	assert_int_equal(replica_row_copies(r, 3, CHUNKS, 1, 0), 1);
	assert_int_equal(replica_row_copies(r + 1, 2, CHUNKS, 4, 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_size),
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_held),
	    cmocka_unit_test(test_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
