/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* route: the node that is asked for a chunk.  Pure: no I/O, no clock, no
 * allocation after route_trees_build; the simulator calls it with thousands of
 * nodes.
 *
 * The nodes are an array that the caller keeps; an index into it names a
 * node.  Keys are hashes of node UUIDs, so the order of nodes for a chunk
 * depends on nothing but the two.
 */
#ifndef VF_ROUTER_POLICY_ROUTE_H
#define VF_ROUTER_POLICY_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bitmap.h"

#define ROUTE_NONE UINT32_MAX

/* All nodes must agree on these two: see route.c.  Chunks that have the same
 * number modulo ROUTE_STRIPES have the same tree. */
#ifndef ROUTE_STRIPES
#define ROUTE_STRIPES 16 /* even */
#endif
#ifndef ROUTE_ARITY
#define ROUTE_ARITY 2 /* children of a node in a tree */
#endif

/* A node's progress. */
struct route_pace {
	uint32_t held; /* chunks */
	/* chunks gained from mark to mark; 0: too little is known */
	uint32_t gained;
	uint32_t marks; /* marks in a row at which it read and gained */
	uint32_t drift; /* gained in the last few, moving */
};

struct route_node {
	uint64_t key;
	bool self;
	bool usable; /* serves, and nothing is known against asking it */
	bool active; /* stands in the trees: the caller errs on the wide side */
	/* the node stands in the line: it has said that it reads, or is this
	 * node */
	bool reads;
	uint64_t since;         /* when it started, as it says */
	bool behind;            /* stands in no tree: see route_is_behind */
	struct route_pace pace; /* the caller's, for that */
	bool complete;          /* holds the whole image */
	bool small;             /* keeps chunks, and has no room for all */
	struct bitmap *held;    /* the caller's: chunks it said; NULL: none */
	uint64_t outstanding;   /* bytes asked of it and not answered */
	uint64_t rate;          /* bytes/s that it delivers; 0: unknown */
	bool trial;    /* asked for a chunk at a time (peer_verdict.h) */
	uint32_t shut; /* lanes that bring nothing, a bit each */
};

enum route_how {
	ROUTE_NOBODY, /* nobody alive is known to lead to this chunk */
	ROUTE_HOLDER, /* a holder: its held export, never waits */
	ROUTE_PARENT, /* a node that will hold it: the whole one, may wait */
};

struct route {
	enum route_how how;
	uint32_t node;
	bool line; /* the node stands before this one in the line: line.h */
};

/* The distribution trees of one image, for one set of nodes. */
struct route_trees;

/* Makes trees; `copies' is R, as for route_keeps. */
struct route_trees *route_trees_new(unsigned copies);
void route_trees_free(struct route_trees *t);
/* Builds the trees anew, after a change of the nodes or of their active,
 * complete or self.  -1, ENOMEM, leaves the trees as they were. */
int route_trees_build(struct route_trees *t, const struct route_node *nodes,
		      uint32_t nnodes);
/* The number of nodes in the trees, this one among them. */
uint32_t route_crowd(const struct route_trees *t);

/* Chooses the node to ask for a chunk.  The ntried nodes `tried` were asked for
 * it in vain and are passed over: then it is the next one up the tree, at last
 * a complete one.  Where nobody else is left they are asked again, a holder
 * first.  rng is the caller's state of a xorshift generator, not 0. */
struct route route_choose(const struct route_trees *t,
			  const struct route_node *nodes, uint32_t nnodes,
			  uint32_t chunk, const uint32_t *tried, size_t ntried,
			  uint64_t *rng);

/* Chooses the node to ask a second time for a chunk that is late and may yet
 * come: one that holds it, but none from above, since all there are late alike,
 * nor in a crowd a complete one, whose link is full. */
struct route route_choose_late(const struct route_trees *t,
			       const struct route_node *nodes, uint32_t nnodes,
			       uint32_t chunk, const uint32_t *tried,
			       size_t ntried, uint64_t *rng);

/* The node to ask for a chunk that is copied to be kept: a node that holds the
 * chunk, never one that will get it, through whose store it would pass. */
struct route route_choose_holder(const struct route_trees *t,
				 const struct route_node *nodes,
				 uint32_t nnodes, uint32_t chunk,
				 const uint32_t *tried, size_t ntried,
				 uint64_t *rng);

/* Notes how many chunks a node holds by now, and whether it reads.  All nodes
 * are to be marked at the same moments. */
void route_pace_mark(struct route_pace *p, uint32_t held, bool reads);

/* True if a node holds much less than this one and is slower: whoever asked it
 * for what lies ahead would have to wait.  A node that merely began late is not
 * behind, nor is one that does not read: it fetches what it is asked for.  room
 * is what its store can hold, was the last answer. */
bool route_is_behind(struct route_pace own, struct route_pace its,
		     uint32_t room, bool was);

/* True if this node stands among the first `copies` of the order of all serving
 * nodes for this chunk: it should keep a copy. */
bool route_keeps(const struct route_trees *t, const struct route_node *nodes,
		 uint32_t nnodes, uint32_t chunk, unsigned copies);

/* True if a node leads to what it does not hold yet by that lane. */
bool route_leads(const struct route_node *n, uint32_t lane);

/* Whether a node serves, is not this node, and was not tried. */
bool route_may_ask(const struct route_node *nodes, uint32_t nnodes,
		   uint32_t node, const uint32_t *tried, size_t ntried);

#endif
