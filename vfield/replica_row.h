/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* replica_row: draws which chunks of an image a node holds, as a row of
 * characters.
 *
 * A row has `cells` cells.  Of n chunks, cell i stands for those from number
 * i*n/cells up to, and not including, (i+1)*n/cells, but always for at
 * least one chunk: if there are fewer chunks than cells, several cells stand
 * for the same chunk.  Pure.
 */
#ifndef VF_VFIELD_REPLICA_ROW_H
#define VF_VFIELD_REPLICA_ROW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The chunks of one image that one node holds: all if `complete` is true, else
 * those whose bits are set in `words`.  Each of the words stands for 64 chunks,
 * as in the router's answer; chunks beyond the last word are not held. */
struct replica {
	bool complete;
	const uint64_t *words;
	uint32_t nwords;
};

/* number of levels; a cell's level says how many of its chunks are held: none,
 * under a third, under two thirds, not all, all */
#define ROW_LEVELS 5

/* Returns the level of a cell, 0 to ROW_LEVELS-1: 0 only if none of its chunks
 * is held, ROW_LEVELS-1 only if all are. */
unsigned replica_row_level(const struct replica *r, uint32_t nchunks,
			   uint32_t cells, uint32_t cell);
uint32_t replica_row_held(const struct replica *r, uint32_t nchunks);
/* Returns the least number of copies that a chunk of the cell has: on how many
 * of the nreplicas replicas that chunk is held. */
uint32_t replica_row_copies(const struct replica *r, uint32_t nreplicas,
			    uint32_t nchunks, uint32_t cells, uint32_t cell);

void replica_row_print(FILE *to, bool utf8, const struct replica *r,
		       uint32_t nchunks, uint32_t cells);

#endif
