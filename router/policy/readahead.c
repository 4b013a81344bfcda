/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* A window opens after RUN_OPENS reads in a row, each of which goes on about
 * where the one before ended.  Until then nothing is fetched ahead, so that
 * random reads fetch only what they ask for.  Reads that stay within one chunk
 * are not counted, since chunks are large.
 *
 * Two reads in a row say little: a machine that boots reads here and there, and
 * reads large files in pieces of some chunks.  When two reads opened a window,
 * 38 of the 55 chunks that were fetched ahead while a Debian booted were never
 * read; with the present number no window opened there (perf/NOTES).  A client
 * that reads in order loses a few round trips by waiting for the window,
 * once.
 *
 * A client with several requests in flight may send them out of order, and a
 * client with several connections sends only some of them over each.  So a read
 * counts as a continuation if it falls near enough: within NEAR chunks of where
 * the last read ended, or anywhere in what an open window covers.
 */
#include "router/policy/readahead.h"

#include <stdbool.h>

/* while no window is open, a read counts as a continuation if it is within so
 * many chunks of where the last read ended */
#define NEAR 4
/* while a window is open, a continuation may begin so many chunks beyond it */
#define FAR 16
#define RUN_OPENS 6  /* how many reads in a row open the window */
#define WINDOW_MIN 4 /* chunks in the smallest window */

static bool
continues(const struct readahead *ra, uint32_t first, uint32_t end)
{
	uint64_t back = NEAR, on = NEAR;

	if (ra->window > 0) {
		back = ra->window > FAR ? ra->window : FAR;
		on = FAR + (ra->ahead > ra->next ? ra->ahead - ra->next : 0);
	}
	return end + back >= ra->next && first <= ra->next + on;
}

static void
restart(struct readahead *ra, uint32_t end)
{
	ra->next = end;
	ra->ahead = end;
	ra->window = 0;
	ra->run = 1;
}

static void
open_window(struct readahead *ra, uint32_t len, uint32_t max)
{
	uint64_t w = 2 * (uint64_t)(ra->window > len ? ra->window : len);

	if (w < WINDOW_MIN)
		w = WINDOW_MIN;
	ra->window = w > max ? max : w;
}

struct readahead_range
readahead_read(struct readahead *ra, uint32_t first, uint32_t end,
	       uint32_t nchunks, uint32_t max)
{
	struct readahead_range none = {end, end}, r;
	uint64_t want;

	if (first >= end)
		return none;
	if (ra->run == 0 || !continues(ra, first, end)) {
		restart(ra, end);
		return none;
	}
	if (end > ra->next) {
		ra->next = end;
		if (ra->run < RUN_OPENS)
			ra->run++;
		if (ra->run >= RUN_OPENS)
			open_window(ra, end - first, max);
	}
	if (ra->ahead < ra->next)
		ra->ahead = ra->next;
	want = (uint64_t)ra->next + ra->window;
	if (want > nchunks)
		want = nchunks;
	if (ra->window == 0 || want <= ra->ahead)
		return none;
	r.first = ra->ahead;
	r.end = want;
	ra->ahead = want;
	return r;
}
