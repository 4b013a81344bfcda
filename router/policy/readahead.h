/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* readahead: says how far ahead of a reader its chunks are fetched.  Pure.
 *
 * A stream is one client's reads of one image.  When some reads in a row go on
 * where an earlier read ended, a window opens: the chunks in it are fetched
 * ahead.  It doubles with further such reads up to its maximum, as in Linux
 * read-ahead, and a read elsewhere closes it.  Reads may be slightly out of
 * order, since a client has several requests in flight.
 */
#ifndef VF_ROUTER_POLICY_READAHEAD_H
#define VF_ROUTER_POLICY_READAHEAD_H

#include <stdint.h>

struct readahead {
	uint32_t next; /* chunk at which a sequential read would go on */
	/* chunks to be fetched ahead; 0: the reads are not sequential */
	uint32_t window;
	/* the first chunk after those that were fetched ahead */
	uint32_t ahead;
	/* how many sequential reads came in a row; not counted further once a
	 * window is open */
	uint8_t run;
};

struct readahead_range {
	/* chunks first to end - 1; no chunk if both are equal */
	uint32_t first, end;
};

/* Notes a read of chunks [first, end) in an image of nchunks; the window may
 * grow to `max` chunks.  Returns the chunks that are to be fetched ahead now.
 */
struct readahead_range readahead_read(struct readahead *ra, uint32_t first,
				      uint32_t end, uint32_t nchunks,
				      uint32_t max);

#endif
