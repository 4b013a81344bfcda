/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fill: chooses the chunk that a node copies next in the background.  Pure. */
#ifndef VF_ROUTER_POLICY_FILL_H
#define VF_ROUTER_POLICY_FILL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bitmap.h"
#include "router/policy/route.h"

#define FILL_NONE UINT32_MAX

struct fill_state {
	const struct route_trees *trees;
	const struct route_node *nodes;
	uint32_t nnodes;
	const struct bitmap *have; /* chunks held here or being fetched */
	uint32_t nchunks;
	unsigned copies; /* R: on how many nodes each chunk is to be kept */
	uint32_t cursor; /* the chunk at which the next call begins to search */
	uint64_t rng;
};

/* fill_next looks at so many chunks at most in one call. */
#define FILL_LOOK 1024
/* Returns the next chunk to copy, of an image for which this node has room.
 * While a complete node lives, that is the first missing chunk: so all nodes
 * copy in one order, and the trees carry each chunk.  Otherwise it is the
 * rarest of the missing chunks that this node is to keep (route_keeps), or, if
 * there is none such, the first missing chunk.  A chunk that no usable node
 * holds is never returned.  Returns FILL_NONE if no chunk is found in the part
 * of the image that this call has searched; then *wrapped says whether that
 * part was the last one, so that the next call begins at chunk 0. */
uint32_t fill_next(struct fill_state *f, bool *wrapped);

/* Returns how many other usable nodes are known to hold the chunk. */
uint32_t fill_copies(const struct fill_state *f, uint32_t chunk);

#endif
