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
	unsigned copies; /* R: how many nodes are to keep each chunk */
	uint32_t cursor; /* the chunk at which the next call begins to search */
	uint64_t rng;
};

/* fill_next looks at so many chunks at most in one call. */
#define FILL_LOOK 1024
/* Returns the next chunk to copy, of an image for which this node has room.
 * While a complete node lives the first missing chunk is returned: so all nodes
 * copy in one order, and the trees carry each chunk.  Else the rarest missing
 * chunk for which this node stands among the first R is returned, or, if there
 * is none such, the first missing one.  A chunk that no usable node holds is
 * never returned.  If no chunk is found FILL_NONE is returned, and *wrapped
 * says whether the search has come to the end of the image, so that the next
 * call begins at chunk 0. */
uint32_t fill_next(struct fill_state *f, bool *wrapped);

/* Returns on how many other usable nodes the chunk is known to be. */
uint32_t fill_copies(const struct fill_state *f, uint32_t chunk);

#endif
