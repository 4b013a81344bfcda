/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* line: the order in which nodes that read little at a time ask.  Pure.
 *
 * A machine that boots asks for one chunk after another, and waits for each.
 * A tree that differs from chunk to chunk would have it pay all of its hops
 * each time, a chunk's transmission time each.  So those that read stand in a
 * line, the same for all chunks, and each asks the one before it.  The first
 * chunks take as long as the line is long; from then on each is ahead of the
 * next one, so that what that asks for is there, one hop away, and every link
 * carries every chunk once.
 *
 * The order is that in which the nodes started, by what each says of itself:
 * whoever came earlier has come further.  Where K complete nodes live there are
 * K lines side by side.  A line of many is cut into pieces, the heads of which
 * stand in a tree of arity 2: there each passes on two, so that all take up
 * to twice as long.
 */
#ifndef VF_ROUTER_POLICY_LINE_H
#define VF_ROUTER_POLICY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "router/policy/route.h"

#define LINE_UP 8 /* nodes before it that a node knows */
/* the lane of the line's asks, a connection of their own */
#define LINE_LANE ROUTE_STRIPES
#ifndef LINE_PIECE
#define LINE_PIECE 64
#endif
/* Chunks on their way to a node for itself: more are for trees, and for so
 * long after it, since whoever mixes the two may wait for one that waits. */
#define LINE_MANY 12
#define LINE_REST_NS 1000000000LL
/* A node that has just begun to read asks by trees for a moment: machines that
 * begin together have not heard of each other yet, and all would stand first.
 */
#define LINE_SETTLE_NS 200000000LL
/* A chunk that somebody waits for, and that the line has not brought by then,
 * is asked of others too.  Chosen: the last of a line of 32 on slow links waits
 * as long for its first chunk. */
#define LINE_HEDGE_NS 1500000000LL
/* The time after which the line is left where nobody else could be asked: two
 * nodes that do not agree who came first wait for each other. */
#define LINE_PATIENCE_NS 5000000000LL
/* A node that let others wait so long is passed over for a while: while it
 * hangs it would hold up each chunk of those behind it. */
#define LINE_PASSED_NS 60000000000LL

struct line {
	uint32_t length; /* nodes in all lines; 0: this node reads not */
	/* nodes beside this one that read and lack chunks */
	uint32_t others;
	uint32_t up[LINE_UP]; /* nodes before it, the nearest first, then
			       * ROUTE_NONE */
	int64_t trees_ns;     /* trees are asked instead until this time */
	uint32_t passed;      /* the node that was passed over last */
	int64_t passed_ns;    /* when it was; 0: none was */
};

/* Builds the line anew, after a change of the nodes or of their reads, since or
 * complete.  -1, ENOMEM, leaves the line as it was. */
int line_build(struct line *l, const struct route_node *nodes, uint32_t nnodes);

/* The position that a node at this position asks, 0 being the first;
 * UINT32_MAX: it asks a complete node. */
uint32_t line_before(uint32_t position, uint32_t ncomplete);

/* Notes that this node begins to read, or does so again. */
void line_begin(struct line *l, int64_t now_ns);

/* True if the node reads so little that the line is for it; `own` chunks are on
 * their way for the node itself. */
bool line_suits(struct line *l, uint32_t own, int64_t now_ns);

/* Has a node not be asked for a while from now on. */
void line_pass_over(struct line *l, uint32_t node, int64_t now_ns);
/* The node that is passed over now; ROUTE_NONE: none. */
uint32_t line_passed(const struct line *l, int64_t now_ns);

/* Chooses as route_choose does.  ROUTE_NOBODY: nobody else is known to read, or
 * all were asked; then route_choose has the word. */
struct route line_choose(const struct line *l, const struct route_node *nodes,
			 uint32_t nnodes, const uint32_t *tried, size_t ntried,
			 uint64_t *rng, int64_t now_ns);

#endif
