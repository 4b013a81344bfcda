/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* readahead: says how far ahead of a reader its chunks are fetched.  Pure.
 *
 * A stream is one client's reads of one image.  Reads that go on where an
 * earlier one ended, give or take the reordering of a client that has several
 * requests in flight, open a window that doubles up to its maximum, as Linux
 * read-ahead does; a jump elsewhere closes it.
 */
#ifndef VF_ROUTER_POLICY_READAHEAD_H
#define VF_ROUTER_POLICY_READAHEAD_H

#include <stdint.h>

struct readahead {
	uint32_t next; /* chunk at which a sequential read would go on */
	/* chunks to be fetched ahead; 0: the reads are not sequential */
	uint32_t window;
	uint32_t ahead; /* the first chunk that was not yet fetched ahead */
	/* sequential reads in a row, counted until a window opens */
	uint8_t run;
};

struct readahead_range {
	/* chunks first to end - 1; no chunk if both are equal */
	uint32_t first, end;
};

/* Notes a read of chunks [first, end) in an image of nchunks; the window may
 * grow to max chunks.  Returns the chunks that are to be fetched ahead now. */
struct readahead_range readahead_read(struct readahead *ra, uint32_t first,
				      uint32_t end, uint32_t nchunks,
				      uint32_t max);

#endif
