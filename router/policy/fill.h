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

/* The next chunk to copy: the rarest of those for which this node stands
 * among the first R; if there are none and all_of_it (the budget is the whole
 * image), the first that is missing.  With all_of_it and a complete node that
 * lives, the first that is missing at once: what many copy in one order the
 * trees carry.  What no usable node holds is passed over.
 * Looks at a bounded number of chunks a call (FILL_LOOK): FILL_NONE means
 * nothing found in those; *wrapped is set when the cursor has been round since
 * it last was. */
#define FILL_LOOK 1024
uint32_t fill_next(struct fill_state *f, bool all_of_it, bool *wrapped);

/* Known copies of a chunk elsewhere. */
uint32_t fill_copies(const struct fill_state *f, uint32_t chunk);

#endif
