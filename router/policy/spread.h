/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* spread: says which chunks of an image each node is to keep, so that every
 * chunk lies on as many nodes as the room of all nodes allows.  Pure.
 *
 * Every node knows all nodes, the room that each of them has for the image, and
 * the chunks that each says it holds.  From that each node works out its own
 * part by three rules:
 *
 *   order     For each chunk the nodes stand in an order made from hashes alone
 *             (weighted rendezvous hashing).  A node with twice the room is
 *             first for twice as many chunks.  So machines that begin at one
 *             moment, before they have heard of each other, take different
 *             chunks.
 *   rarest    A node with room copies the missing chunk that has the fewest
 *             copies.  While other nodes fill too, news of their copies comes
 *             late, so the node's rank in the chunk's order counts as well.
 *   evening   If stores are full and one chunk has at least two copies more
 *             than another, some node drops the common chunk and copies the
 *             rare one.  All nodes draw up the same plan, which says which node
 *             swaps which chunks, and each carries out its own swaps.  If news
 *             is late, two nodes may do the same swap; the next plan corrects
 *             that.
 *
 * Copies are counted on the nodes that keep chunks.  A seed is not among these,
 * since its copy is the file that it serves.
 *
 * Units    chunk numbers, 0 to nchunks-1; room in chunks.
 * Errors   functions that can fail return NULL or -1 and set errno (ENOMEM).
 * Source   D. Thaler, C. Ravishankar, "Using name-based mappings to increase
 *          hit rates", 1998; its weighted form is that of draft-ietf-bess-
 *          weighted-hrw: the least -ln(u) / weight comes first.
 */
#ifndef VF_ROUTER_POLICY_SPREAD_H
#define VF_ROUTER_POLICY_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bitmap.h"

#define SPREAD_NONE UINT32_MAX

/* A node that keeps chunks of the image. */
struct spread_node {
	uint64_t key;  /* a hash of the node's UUID */
	uint32_t room; /* chunks that the node can keep; 0 to nchunks */
	uint32_t slot; /* the caller's number for the node */
	bool self;
	/* nobody reads on the node, so that it fills and swaps */
	bool idle;
	bool fills; /* the node has room left, and is filling it */
	/* the node is full, and gives up common chunks for rare ones */
	bool swaps;
	/* chunks of the node are not to be relied on: they may be dropped soon,
	 * or nobody can ask for them */
	bool passes;
	bool complete; /* the node holds the whole image */
	bool planned;  /* the last plan gives the node chunks to copy */
	/* chunks that the node holds; NULL: none, or, if `complete` is true,
	 * all */
	const struct bitmap *held;
};

struct spread;

struct spread *spread_new(uint32_t nchunks);
void spread_free(struct spread *s);

/* Notes the nodes as they are now, for the functions below.  The array and its
 * bitmaps are not used after the call.  Returns 0; or -1 on ENOMEM, and then
 * the functions below go on with the nodes of the call before. */
int spread_look(struct spread *s, const struct spread_node *nodes, uint32_t n);

/* Returns the index of the node that must not give the chunk up, so that
 * holders that hear of each other late never all drop it at once.  Of the nodes
 * that hold the chunk and whose `passes` is false, that is a complete one, else
 * the first in the chunk's order.  SPREAD_NONE: there is no such node. */
uint32_t spread_first_holder(const struct spread_node *nodes, uint32_t n,
			     uint32_t chunk);

/* Returns the level in 1/256: how many times the image fits into the room of
 * all nodes. level / 256 is how many copies every chunk can have. */
uint32_t spread_level(const struct spread *s);
/* Returns how many of the other nodes held the chunk at the last
 * spread_look. */
uint32_t spread_others(const struct spread *s, uint32_t chunk);
/* Returns how many nodes stand before this one in the chunk's order.  The count
 * stops some ranks beyond the level (level / 256), at UINT8_MAX at most.
 * Returns UINT8_MAX also if this node has no room. */
uint32_t spread_rank(struct spread *s, uint32_t chunk);

/* Returns the missing chunk that this node is to copy next; SPREAD_NONE: there
 * is none. have: the chunks that this node holds or is fetching.  first_copies:
 * true if a seed lives, from which this node can copy chunks that no other node
 * holds. */
uint32_t spread_next(struct spread *s, const struct bitmap *have,
		     bool first_copies);

/* A swap of the plan: `get` is copied, and `drop` is given up for it. */
struct spread_swap {
	uint32_t get, drop;
};
/* Draws up the plan: which nodes swap which chunks, at most `max` swaps a node.
 * Writes this node's own swaps to `swaps`, and returns how many these are.
 * Sets `planned` of each node to which the plan gives a swap.  If memory is
 * short the plan has no swaps. */
uint32_t spread_plan(struct spread *s, struct spread_node *nodes, uint32_t n,
		     struct spread_swap *swaps, uint32_t max);

/* Counts the chunks by their copies: by_copies[k] is set to how many chunks
 * have k copies, and by_copies[most] to how many have `most` or more.  This
 * node's own copies are those in `held`.  Returns the least number of copies
 * that a chunk has. */
uint32_t spread_census(const struct spread *s, const struct bitmap *held,
		       uint32_t *by_copies, uint32_t most);

#endif
