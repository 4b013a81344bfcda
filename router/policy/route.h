/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* route: chooses the node that is asked for a chunk.  Pure: no I/O, no clock,
 * no allocation after route_trees_build; the simulator calls it with thousands
 * of nodes.
 *
 * The nodes are an array that the caller keeps; an index into it names a node.
 * A node's key is a hash of its UUID.  So the order of the nodes for a chunk
 * depends only on their UUIDs and the chunk's number.
 */
#ifndef VF_ROUTER_POLICY_ROUTE_H
#define VF_ROUTER_POLICY_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bitmap.h"

#define ROUTE_NONE UINT32_MAX

/* ROUTE_STRIPES and ROUTE_ARITY must be the same on all nodes: see route.c.
 * Chunks that have the same number modulo ROUTE_STRIPES have the same tree. */
#ifndef ROUTE_STRIPES
#define ROUTE_STRIPES 16 /* number of stripes, which must be even */
#endif
#ifndef ROUTE_ARITY
#define ROUTE_ARITY 2 /* children of a node in a tree */
#endif

/* A node's progress in reading one image, as of the last mark. */
struct route_pace {
	uint32_t held; /* chunks that the node held at the last mark */
	/* chunks gained between the last two marks; 0: none, or unknown */
	uint32_t gained;
	/* how many marks in a row found that the node read and had gained
	 * chunks */
	uint32_t marks;
	/* chunks gained over the last few marks: a moving sum */
	uint32_t drift;
};

struct route_node {
	uint64_t key;
	bool self;
	/* the node serves, and nothing is known that forbids asking it */
	bool usable;
	/* the node reads or fills, and so stands in the trees; also true while
	 * that is unknown */
	bool active;
	/* the node says that it reads the image, and stands in the line */
	bool reads;
	/* when the node started, as it says: seconds since 1970 */
	uint64_t since;
	/* the node stands in no tree and no line: see route_is_behind */
	bool behind;
	/* the node's pace, which the caller keeps for route_is_behind */
	struct route_pace pace;
	bool complete; /* the node holds the whole image */
	/* the node keeps chunks of the image, but has no room for all of it */
	bool small;
	/* chunks that the node says it holds, kept by the caller; NULL: none */
	struct bitmap *held;
	/* bytes that the node was asked for and has not answered */
	uint64_t outstanding;
	uint64_t rate; /* bytes/s that the node delivers; 0: unknown */
	/* the node is asked for one chunk at a time (peer_verdict.h) */
	bool trial;
	uint32_t shut; /* bit L is set: lane L of the node brings nothing */
};

enum route_how {
	/* no node can be asked: none that lives is known to hold the chunk, or
	 * to get it */
	ROUTE_NOBODY,
	/* the node holds the chunk; ask its export NAME/held, which never
	 * waits */
	ROUTE_HOLDER,
	/* the node will hold the chunk; ask its export NAME, which may wait */
	ROUTE_PARENT,
};

struct route {
	enum route_how how;
	uint32_t node;
	bool line; /* the node was chosen by line_choose, not by the trees */
};

/* The distribution trees of one image, for one set of nodes. */
struct route_trees;

/* Makes trees without nodes; `copies` is R, how many nodes are to keep each
 * chunk.  Returns NULL on ENOMEM. */
struct route_trees *route_trees_new(unsigned copies);
void route_trees_free(struct route_trees *t);
/* Builds the trees anew.  Must be called after a node came or went, or its
 * field `active`, `complete`, `behind` or `self` has changed.  Returns 0; or -1
 * on ENOMEM, which leaves the trees as they were. */
int route_trees_build(struct route_trees *t, const struct route_node *nodes,
		      uint32_t nnodes);
/* Returns the number of nodes in the trees, this one among them. */
uint32_t route_crowd(const struct route_trees *t);

/* Returns true if the node is among the ntried nodes in `tried`. */
bool route_was_tried(const uint32_t *tried, size_t ntried, uint32_t node);

/* Chooses the node to ask for a chunk.  The ntried nodes in `tried` were asked
 * for the chunk in vain, and are skipped: the next node up the tree takes their
 * place, and at last a complete node.  Only if no other node is left, one of
 * them that holds the chunk is chosen again. rng is the state, not 0, of the
 * caller's xorshift generator (random.h). */
struct route route_choose(const struct route_trees *t,
			  const struct route_node *nodes, uint32_t nnodes,
			  uint32_t chunk, const uint32_t *tried, size_t ntried,
			  uint64_t *rng);

/* Chooses the node to ask a second time for a chunk that is late and may yet
 * come: a node that holds it.  Nodes above this one in the tree are not
 * considered, since they are all late for the same reason.  Nor are, in a
 * crowd, complete nodes, since their links are full. */
struct route route_choose_late(const struct route_trees *t,
			       const struct route_node *nodes, uint32_t nnodes,
			       uint32_t chunk, const uint32_t *tried,
			       size_t ntried, uint64_t *rng);

/* Chooses the node to ask for a chunk that this node copies in order to keep
 * it: a node that holds the chunk.  A node that has yet to get the chunk is
 * never chosen, since it would fetch the chunk into its own store only to pass
 * it on. */
struct route route_choose_holder(const struct route_trees *t,
				 const struct route_node *nodes,
				 uint32_t nnodes, uint32_t chunk,
				 const uint32_t *tried, size_t ntried,
				 uint64_t *rng);

/* Makes a mark: notes in *p how many chunks the node holds by now, and whether
 * it reads.  The caller must mark all nodes at the same moments. */
void route_pace_mark(struct route_pace *p, uint32_t held, bool reads);

/* Returns true if another node is behind this one: it holds much less, and
 * gains chunks more slowly, so that this node would have to wait if it asked
 * for chunks ahead of that node.  `own` is this node's pace, `its` that of the
 * other.  A node that merely began late is not behind.  Nor is a node that does
 * not read, since that fetches only what others ask of it.  room: how many
 * chunks the other node's store can hold; was: what the last call for that node
 * returned. */
bool route_is_behind(struct route_pace own, struct route_pace its,
		     uint32_t room, bool was);

/* Returns true if this node should keep a copy of the chunk.  The usable nodes
 * that are not complete have an order for each chunk, and the first `copies` of
 * them should. */
bool route_keeps(const struct route_trees *t, const struct route_node *nodes,
		 uint32_t nnodes, uint32_t chunk, unsigned copies);

/* Returns true if the node's lane is not shut, so that the node may be asked by
 * that lane for a chunk that it has yet to get. */
bool route_leads(const struct route_node *n, uint32_t lane);

/* Returns true if `node` may be asked: it is usable, is not this node, is not
 * among the ntried nodes in `tried`, and owes nothing if it is on trial. */
bool route_may_ask(const struct route_node *nodes, uint32_t nnodes,
		   uint32_t node, const uint32_t *tried, size_t ntried);

#endif
