/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* replica_row: the chunks that a node holds of an image, as a row of
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

/* The chunks that are held, by the words of a router's answer.  Chunks beyond
 * the words are not. */
struct replica {
	bool complete;
	const uint64_t *words;
	uint32_t nwords;
};

#define ROW_LEVELS 5 /* nothing, up to a third, two thirds, nearly all, all */

/* Level of a cell, 0 to ROW_LEVELS-1: 0 only if nothing is held, the last
 * only if all is. */
unsigned replica_row_level(const struct replica *r, uint32_t nchunks,
			   uint32_t cells, uint32_t cell);
uint32_t replica_row_held(const struct replica *r, uint32_t nchunks);
/* Least copies of a chunk of the cell, over all replicas. */
uint32_t replica_row_copies(const struct replica *r, uint32_t nreplicas,
			    uint32_t nchunks, uint32_t cells, uint32_t cell);

void replica_row_print(FILE *to, bool utf8, const struct replica *r,
		       uint32_t nchunks, uint32_t cells);

#endif
