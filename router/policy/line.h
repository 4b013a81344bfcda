/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* line: the order in which nodes that read little at a time ask each other.
 * Pure.
 *
 * A machine that boots asks for one chunk after another, and waits for each.
 * Trees differ from chunk to chunk: by a tree each chunk would come over
 * several hops, and each hop would delay it by the time of its transmission.
 * So the nodes that read stand in a line, the same for all chunks, and each
 * asks the node before it.  The first chunks have to travel down the whole
 * line.  From then on each node has read further than the node behind it: a
 * chunk that the latter asks for is already there, one hop away, and every link
 * carries every chunk once.
 *
 * Nodes stand in the order in which they started, as each announces it: a node
 * that started earlier has read further.  Where K complete nodes live there are
 * K lines side by side.  A long line is cut into pieces of LINE_PIECE nodes,
 * and the pieces stand in a tree of arity 2: each of the first two nodes of a
 * piece also sends every chunk to the first node of another piece.  These nodes
 * send every chunk twice, which makes reading up to twice as slow for all.
 */
#ifndef VF_ROUTER_POLICY_LINE_H
#define VF_ROUTER_POLICY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "router/policy/route.h"

/* how many nodes before this one in the line are remembered */
#define LINE_UP 8
/* lane of the asks in the line; lesser numbers are lanes of the trees */
#define LINE_LANE ROUTE_STRIPES
#ifndef LINE_PIECE
#define LINE_PIECE 64
#endif
/* A node that fetches LINE_MANY chunks or more for itself at once asks by trees
 * instead of the line, and goes on doing so for LINE_REST_NS.  If it asked by
 * both, it could wait for a node that waits for it. */
#define LINE_MANY 12
#define LINE_REST_NS 1000000000LL
/* A node that has just begun to read asks by trees for so long.  Machines that
 * begin at one moment have not heard of each other yet, and by the line each
 * would take itself for the first. */
#define LINE_SETTLE_NS 200000000LL
/* If somebody waits for a chunk and the line has not brought it after this
 * time, a second node is asked for it too.  Arbitrary: the last node of a line
 * of 32 on slow links waits as long for its first chunk. */
#define LINE_HEDGE_NS 1500000000LL
/* A chunk that the line has not brought after this time is asked for by trees
 * instead: two nodes that disagree which of them came first may be waiting for
 * each other. */
#define LINE_PATIENCE_NS 5000000000LL
/* A node that let this one wait for too long is passed over for this time,
 * since a node that hangs would hold up every chunk for all nodes behind it. */
#define LINE_PASSED_NS 60000000000LL

struct line {
	uint32_t length; /* nodes in all lines; 0: this node stands in none */
	/* nodes in the lines, this one not counted */
	uint32_t others;
	/* the nodes before this one, the nearest first; if they are fewer than
	 * LINE_UP, ROUTE_NONE follows the last */
	uint32_t up[LINE_UP];
	/* until this time this node asks by trees instead of the line */
	int64_t trees_ns;
	uint32_t passed; /* the node that was passed over last */
	/* when `passed` was passed over; 0: no node was */
	int64_t passed_ns;
};

/* Builds the line anew.  Must be called after a node came or went, or its field
 * `reads`, `since`, `complete` or `behind` has changed.  Returns 0; or -1 on
 * ENOMEM, which leaves the line as it was. */
int line_build(struct line *l, const struct route_node *nodes, uint32_t nnodes);

/* Returns the position of the node that the node at `position` asks in the
 * line, where ncomplete complete nodes live.  Position 0 is the first;
 * UINT32_MAX: the node at `position` asks a complete node. */
uint32_t line_before(uint32_t position, uint32_t ncomplete);

/* Notes that this node begins to read, or begins again after a pause. */
void line_begin(struct line *l, int64_t now_ns);

/* Returns true if this node is to ask by the line now, because it reads little
 * at a time. own: how many chunks this node is fetching for itself. */
bool line_suits(struct line *l, uint32_t own, int64_t now_ns);

/* Makes line_choose leave the node out for LINE_PASSED_NS from now on. */
void line_pass_over(struct line *l, uint32_t node, int64_t now_ns);
/* Returns the node that is passed over now; ROUTE_NONE: none is. */
uint32_t line_passed(const struct line *l, int64_t now_ns);

/* Chooses the node to ask for a chunk by the line: of the nodes before this one
 * the nearest that may be asked, else a complete node.  `tried` and `rng` are
 * as for route_choose.  Returns ROUTE_NOBODY if no other node stands in the
 * line, or none of these may be asked: then the caller calls route_choose
 * instead. */
struct route line_choose(const struct line *l, const struct route_node *nodes,
			 uint32_t nnodes, const uint32_t *tried, size_t ntried,
			 uint64_t *rng, int64_t now_ns);

#endif
