/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "router/policy/readahead.h"

#define NCHUNKS 4000

struct step {
	uint32_t first, end; /* the chunks read: `first` to `end` - 1 */
	/* chunks fetched ahead: `ahead` to `ahead_to` - 1; equal: none */
	uint32_t ahead, ahead_to;
};

static void
replay(const struct step *s, size_t n, uint32_t nchunks, uint32_t max)
{
	struct readahead ra = {0};
	struct readahead_range r;
	size_t i;

	for (i = 0; i < n; i++) {
		r = readahead_read(&ra, s[i].first, s[i].end, nchunks, max);
		if (s[i].ahead == s[i].ahead_to) {
			assert_int_equal(r.first, r.end);
			continue;
		}
		assert_int_equal(r.first, s[i].ahead);
		assert_int_equal(r.end, s[i].ahead_to);
	}
}
#define REPLAY(s, nchunks, max) replay(s, sizeof s / sizeof s[0], nchunks, max)

static void
opens_and_doubles(void **state)
{
	const struct step s[] = {
	    {0, 1, 0, 0},   {1, 2, 0, 0},   {2, 3, 0, 0},
	    {3, 4, 0, 0},   {4, 5, 0, 0},   {5, 6, 6, 10},
	    {6, 7, 10, 15}, {7, 8, 15, 24}, {8, 9, 24, 25},
	};

	REPLAY(s, NCHUNKS, 16);
}

static void
starts_anywhere(void **state)
{
	const struct step s[] = {
	    {0, 1, 0, 0},         {700, 701, 0, 0}, {701, 702, 0, 0},
	    {702, 703, 0, 0},     {703, 704, 0, 0}, {704, 705, 0, 0},
	    {705, 706, 706, 710},
	};

	REPLAY(s, NCHUNKS, 16);
}

static void
small_reads_are_one_step(void **state)
{
	const struct step s[] = {
	    {7, 8, 0, 0},     {7, 8, 0, 0},   {7, 8, 0, 0},     {7, 9, 0, 0},
	    {8, 9, 0, 0},     {9, 10, 0, 0},  {9, 10, 0, 0},    {10, 11, 0, 0},
	    {11, 12, 0, 0},   {11, 12, 0, 0}, {12, 13, 13, 17}, {12, 13, 0, 0},
	    {13, 14, 17, 22},
	};

	REPLAY(s, NCHUNKS, 16);
}

static void
jump_closes(void **state)
{
	const struct step s[] = {
	    {0, 1, 0, 0},     {1, 2, 0, 0},         {2, 3, 0, 0},
	    {3, 4, 0, 0},     {4, 5, 0, 0},         {5, 6, 6, 10},
	    {900, 901, 0, 0}, {100, 101, 0, 0},     {300, 301, 0, 0},
	    {301, 302, 0, 0}, {302, 303, 0, 0},     {303, 304, 0, 0},
	    {304, 305, 0, 0}, {305, 306, 306, 310},
	};

	REPLAY(s, NCHUNKS, 16);
}

static void
ends_at_the_end(void **state)
{
	const struct step s[] = {
	    {3, 4, 0, 0}, {4, 5, 0, 0},  {5, 6, 0, 0},  {6, 7, 0, 0},
	    {7, 8, 0, 0}, {8, 9, 9, 12}, {9, 10, 0, 0}, {11, 12, 0, 0},
	};

	REPLAY(s, 12, 16);
}

static void
no_window_wanted(void **state)
{
	const struct step s[] = {
	    {0, 1, 0, 0}, {1, 2, 0, 0}, {2, 3, 0, 0}, {3, 4, 0, 0},
	    {4, 5, 0, 0}, {5, 6, 0, 0}, {6, 7, 0, 0}, {9, 9, 0, 0},
	};

	REPLAY(s, NCHUNKS, 0);
}

static void
huge_numbers(void **state)
{
	const uint32_t end = UINT32_MAX;
	const struct step s[] = {
	    {end - 13, end - 12, 0, 0},
	    {end - 12, end - 11, 0, 0},
	    {end - 11, end - 10, 0, 0},
	    {end - 10, end - 9, 0, 0},
	    {end - 9, end - 8, 0, 0},
	    {end - 8, end - 7, end - 7, end - 3},
	    {end - 7, end - 6, end - 3, end},
	    {0, end, 0, 0},
	    {0, 1, 0, 0},
	};

	REPLAY(s, end, UINT32_MAX);
}

/* If a client sends the reads of a stream out of order, since it has several
 * reads in flight, nearly all chunks are fetched ahead, and none more than
 * once. */
static void
reordered(void **state)
{
	static uint8_t fetched[NCHUNKS];
	struct readahead ra = {0};
	struct readahead_range r;
	uint32_t i, c, ahead = 0;

	for (i = 0; i < NCHUNKS; i++) {
		c = (i & ~3U) + (i * 3 & 3); /* c is 0 3 2 1, 4 7 6 5, … */
		r = readahead_read(&ra, c, c + 1, NCHUNKS, 64);
		for (; r.first < r.end; r.first++) {
			assert_int_equal(fetched[r.first]++, 0);
			ahead++;
		}
	}
	assert_true(ahead > NCHUNKS - 20);
	assert_int_equal(ra.window, 64);
}

/* For a client that reads at random, hardly any chunk is fetched ahead. */
static void
random_reads(void **state)
{
	struct readahead ra = {0};
	struct readahead_range r;
	uint32_t i, x = 1, ahead = 0;

	for (i = 0; i < 10000; i++) {
		x = x * 1664525 + 1013904223;
		r = readahead_read(&ra, (x >> 8) % NCHUNKS,
				   (x >> 8) % NCHUNKS + 1, NCHUNKS, 128);
		ahead += r.end - r.first;
	}
	assert_true(ahead < 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_and_doubles),
	    cmocka_unit_test(starts_anywhere),
	    cmocka_unit_test(small_reads_are_one_step),
	    cmocka_unit_test(jump_closes),
	    cmocka_unit_test(ends_at_the_end),
	    cmocka_unit_test(no_window_wanted),
	    cmocka_unit_test(huge_numbers),
	    cmocka_unit_test(reordered),
	    cmocka_unit_test(random_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
