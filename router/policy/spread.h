/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* spread: says which chunks of an image each node is to keep, so that every
 * chunk lies on as many nodes as the room of all nodes allows.  Pure.
 *
 * Every node knows all nodes, the room that each of them has for the image, and
 * the chunks that each says it holds.  By three rules each node finds from that
 * what it has to do itself:
 *
 *   order     For each chunk the nodes have an order made from hashes alone,
 *             in which a node comes first as often as its share of all room
 *             says (weighted rendezvous hashing).  So machines that begin at
 *             one moment, and have not heard of each other, take different
 *             chunks.
 *   rarest    A node with room copies the missing chunk that has the fewest
 *             copies.  While other nodes fill too, and news of their copies
 *             comes late, its own rank in the chunk's order counts as well.
 *   evening   Where stores are full and some chunk has two copies more than
 *             another, a node that holds the former gives it up for the
 *             latter.  All nodes draw up the same plan of who does so, and
 *             each carries out its own part.  Where news is late two nodes may
 *             do the same; the next plan mends that.
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
	bool fills; /* has room left, and is filling it */
	bool swaps; /* is full, and gives up common chunks for rare ones */
	/* the node's chunks may be dropped soon, or cannot be asked for */
	bool passes;
	bool complete; /* holds the whole image */
	bool planned;  /* the last plan gives the node chunks to copy */
	const struct bitmap *held; /* NULL: none, or, if complete, all */
};

struct spread;

struct spread *spread_new(uint32_t nchunks);
void spread_free(struct spread *s);

/* Takes in the nodes as they are now, for the functions below.  The array and
 * its bitmaps are not used after the call.  -1, on ENOMEM: nothing is taken
 * in, and the functions below go by the nodes as they were. */
int spread_look(struct spread *s, const struct spread_node *nodes, uint32_t n);

/* Returns the index of the node that must not give the chunk up, so that,
 * however late the news, not all holders give it up at once: of the holders
 * without `passes` a complete one, else the first in the chunk's order.
 * SPREAD_NONE: there is none. */
uint32_t spread_first_holder(const struct spread_node *nodes, uint32_t n,
			     uint32_t chunk);

/* Returns how many times the image fits into the room of all nodes, in 1/256:
 * the whole part of that is how many copies every chunk can have. */
uint32_t spread_level(const struct spread *s);
/* Returns how many of the other nodes held the chunk at the last
 * spread_look. */
uint32_t spread_others(const struct spread *s, uint32_t chunk);
/* Returns how many nodes stand before this one in the chunk's order.  Ranks
 * well beyond the level are not told apart: one number stands for all of them.
 * UINT8_MAX: so many nodes or more stand before it, or this node has no
 * room. */
uint32_t spread_rank(struct spread *s, uint32_t chunk);

/* Returns the missing chunk that this node is to copy next; SPREAD_NONE: there
 * is none.  have: chunks that are held or on their way.  first_copies: a seed
 * lives, so that chunks which no other node holds can be copied too. */
uint32_t spread_next(struct spread *s, const struct bitmap *have,
		     bool first_copies);

/* A swap of the plan: `get` is copied, and `drop` is given up for it. */
struct spread_swap {
	uint32_t get, drop;
};
/* Draws up the plan.  Writes this node's part of it to swaps, max at most, and
 * returns how many these are.  Sets `planned` of all nodes that have a part.  A
 * plan for which there is no memory is empty. */
uint32_t spread_plan(struct spread *s, struct spread_node *nodes, uint32_t n,
		     struct spread_swap *swaps, uint32_t max);

/* Counts in by_copies[k] the chunks that have k copies, this node's own,
 * `held`, among them; those with `most` copies or more in by_copies[most].
 * Returns the least number of copies that a chunk has. */
uint32_t spread_census(const struct spread *s, const struct bitmap *held,
		       uint32_t *by_copies, uint32_t most);

#endif
