/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* spread: which chunks of an image each node is to keep, so that every chunk
 * lies on as many nodes as the room of all allows.  Pure.
 *
 * Every node knows the nodes, the room that each has for the image, and what
 * each says it holds.  Three rules follow from that, each node applying them to
 * itself:
 *
 *   order     For each chunk the nodes have an order made from hashes alone, in
 *             which a node comes first as often as its share of all room says
 *             (weighted rendezvous hashing).  Machines that begin at one moment
 *             and have heard of nobody so take different chunks.
 *   rarest    A node with room copies the missing chunk that has the fewest
 *             copies; while others fill too, of whose copies it hears late, one
 *             for which it also stands first in the order.
 *   evening   Where stores are full and some chunk has two copies more than
 *             another, a node that holds the one gives it up for the other. All
 *             nodes draw up the same plan of who does so, and each does its own
 *             part; where news is late two may do the same, and the next plan
 *             mends it.
 *
 * Copies are counted on nodes that keep: a seed, whose copy is the file that it
 * serves, is not among them.
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
	uint64_t key;  /* a hash of its UUID */
	uint32_t room; /* chunks that it can keep; 0 to nchunks */
	uint32_t slot; /* the caller's number for it */
	bool self;
	bool idle;     /* nobody reads there, so that it fills and swaps */
	bool fills;    /* has room left, and is filling it */
	bool swaps;    /* is full, and gives up what is common */
	bool passes;   /* the chunks that it holds may go, or cannot be had */
	bool complete; /* holds the whole image */
	bool planned;  /* the last plan gives it chunks to take */
	const struct bitmap *held; /* NULL: nothing, or all of it */
};

struct spread;

struct spread *spread_new(uint32_t nchunks);
void spread_free(struct spread *s);

/* The nodes as they are now; the array and its bitmaps are only read until the
 * call returns, but the order of a chunk is that of the nodes last given. */
int spread_look(struct spread *s, const struct spread_node *nodes, uint32_t n);

/* The node that never gives the chunk up, so that however late the news all do
 * not do so at once: of those that hold it for good the first in its order, or
 * one that holds all.  SPREAD_NONE: nobody does. */
uint32_t spread_first_holder(const struct spread_node *nodes, uint32_t n,
			     uint32_t chunk);

/* How many times the image fits into the room of all nodes: what every chunk
 * can have is the whole part of it.  In 1/256. */
uint32_t spread_level(const struct spread *s);
/* Copies of the chunk on the other nodes, as last looked at. */
uint32_t spread_others(const struct spread *s, uint32_t chunk);
/* How many nodes stand before this one in the chunk's order; UINT8_MAX: as many
 * or more. */
uint32_t spread_rank(struct spread *s, uint32_t chunk);

/* The missing chunk that this node is to copy next; SPREAD_NONE: there is none.
 * have: held or on its way.  first_copies: a seed lives, so that chunks which
 * no other node holds can be copied too. */
uint32_t spread_next(struct spread *s, const struct bitmap *have,
		     bool first_copies);

/* This node's part of the plan: up to max pairs of a chunk to copy and one to
 * give up for it.  Returns how many, and marks the nodes that have a part. */
struct spread_swap {
	uint32_t get, drop;
};
uint32_t spread_plan(struct spread *s, struct spread_node *nodes, uint32_t n,
		     struct spread_swap *swaps, uint32_t max);

/* How many chunks have how many copies, this node's own among them: copies of
 * `most` and more are counted together.  Returns the least. */
uint32_t spread_census(const struct spread *s, const struct bitmap *held,
		       uint32_t *by_copies, uint32_t most);

#endif
