/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The window opens after some reads in a row that go on where the one before
 * ended, or nearly; until then nothing is fetched ahead, so that random reads
 * cost what they ask for.  Chunks are large: many small reads within one chunk
 * are one step.  Two steps say little: a machine that boots reads here and
 * there, and reads large files in pieces of some chunks.  When two steps opened
 * a window, 38 of the 55 chunks that were fetched ahead for a Debian were never
 * read; five open none there (perf/NOTES).  A client that reads in order for
 * longer loses a few round trips by that, once.
 *
 * A client with several requests in flight may send them out of order, and a
 * client with several connections sends only some of them over each.  So a read
 * counts as a continuation if it falls near enough: within NEAR chunks of where
 * the last read ended, or anywhere in what an open window covers.
 */
#include "router/policy/readahead.h"

#include <stdbool.h>

/* while no window is open, a read goes on that falls within so many chunks of
 * where the last one ended */
#define NEAR 4
/* a read may begin so many chunks beyond what an open window covers */
#define FAR 16
#define RUN_OPENS 6  /* reads in a run when the window opens */
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
