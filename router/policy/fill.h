/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fill: which chunk a node copies next in the background, and which it drops
 * when it is over its budget.  Pure.
 *
 * A store that cannot hold all of the image is in two parts: what it keeps,
 * those chunks for which the node stands among the first R, and what passes,
 * which it holds since somebody read it here or by way of this node, until
 * something newer passes.  What passes does not push out what is kept: others
 * count on that.
 */
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

/* Chunks of a store with that much room that are not filled, lest what passes
 * find no room. */
uint32_t fill_reserve(uint32_t room);

/* How far ahead of a reader chunks may be fetched, and still be there for it
 * and for those who fetch by way of this node, in a store that keeps so many of
 * its room. */
uint32_t fill_window(uint32_t room, uint32_t kept);

/* Known copies of a chunk elsewhere. */
uint32_t fill_copies(const struct fill_state *f, uint32_t chunk);

/* The chunk to drop to make room: of `n` candidates (chunk, last use) the
 * least recently used that R others hold; if none has R copies elsewhere,
 * one that has most.  A chunk of which no other copy is known is dropped
 * only if all are such: then FILL_NONE is returned unless `must`. */
struct fill_candidate {
	uint32_t chunk;
	uint32_t used; /* counts up; least is oldest */
};
uint32_t fill_evict(const struct fill_state *f, const struct fill_candidate *c,
		    uint32_t n, bool must);

/* A chunk has come to a store with room for so many, that keeps so many by now:
 * does it only pass?  Half of the store is left to what passes while somebody
 * reads: in a crowd each is ahead of some and behind others by more than a
 * window, and what is dropped before all have it is fetched twice. */
bool fill_passes(const struct fill_state *f, uint32_t chunk, uint32_t room,
		 uint32_t kept, bool reads);

#endif
