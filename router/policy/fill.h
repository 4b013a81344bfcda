/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fill: the chunk that a node copies next in the background.  Pure. */
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
	const struct bitmap *have; /* held here or being fetched */
	uint32_t nchunks;
	unsigned copies; /* R */
	uint32_t cursor; /* where the search goes on; kept from call to call */
	uint64_t rng;
};

/* The next chunk to copy, of an image that there is room for: while a complete
 * node lives the first that is missing, since what many copy in one order the
 * trees carry; else the rarest of those for which this node stands among the
 * first R, and the first that is missing if there are none.  What no usable
 * node holds is passed over. Looks at a bounded number of chunks a call
 * (FILL_LOOK): FILL_NONE means nothing found in those; *wrapped is set when the
 * cursor has been round since it last was. */
#define FILL_LOOK 1024
uint32_t fill_next(struct fill_state *f, bool *wrapped);

/* Known copies of a chunk elsewhere. */
uint32_t fill_copies(const struct fill_state *f, uint32_t chunk);

#endif
