/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* replica_row: draws which chunks of an image a node holds, as a row of
 * characters.
 *
 * A row has `cells` cells; cell i stands for the chunks from i*n/cells up to,
 * and not including, (i+1)*n/cells (at least one: a chunk may stand in more
 * than one cell when there are fewer chunks than cells).  Pure.
 */
#ifndef VF_VFIELD_REPLICA_ROW_H
#define VF_VFIELD_REPLICA_ROW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The chunks of one image that one node holds: all if `complete`, else those
 * whose bits are set in `words`, 64 chunks a word, as the router's answer has
 * them.  Chunks beyond the last word are not held. */
struct replica {
	bool complete;
	const uint64_t *words;
	uint32_t nwords;
};

/* levels by the share of a cell's chunks that are held: none, under a third,
 * under two thirds, not all, all */
#define ROW_LEVELS 5

/* Returns the level of a cell, 0 to ROW_LEVELS-1: 0 only if none of its chunks
 * is held, ROW_LEVELS-1 only if all are. */
unsigned replica_row_level(const struct replica *r, uint32_t nchunks,
			   uint32_t cells, uint32_t cell);
uint32_t replica_row_held(const struct replica *r, uint32_t nchunks);
/* Counts for each chunk of the cell the replicas that hold it, and returns the
 * least of these numbers. */
uint32_t replica_row_copies(const struct replica *r, uint32_t nreplicas,
			    uint32_t nchunks, uint32_t cells, uint32_t cell);

void replica_row_print(FILE *to, bool utf8, const struct replica *r,
		       uint32_t nchunks, uint32_t cells);

#endif
