/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* line: the order in which nodes that read little at a time ask each other.
 * Pure.
 *
 * A machine that boots asks for one chunk after another, and waits for each.
 * Trees differ from chunk to chunk: by them each chunk would come over several
 * hops, and take the time of its transmission at each.  So the nodes that read
 * stand in a line, the same for all chunks, and each asks the node before it.
 * The first chunks take as long as the line is long; from then on each node is
 * ahead of the next one, so that a chunk that the next one asks for is already
 * there, one hop away, and every link carries every chunk once.
 *
 * The order is that in which the nodes started, by what each says of itself:
 * whoever came earlier has read further.  Where K complete nodes live there are
 * K lines side by side.  A long line is cut into pieces of LINE_PIECE nodes,
 * which stand in a tree of arity 2: the first two nodes of a piece pass each
 * chunk on to the first node of another piece too, and so send it twice, which
 * makes reading up to twice as slow for all.
 */
#ifndef VF_ROUTER_POLICY_LINE_H
#define VF_ROUTER_POLICY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "router/policy/route.h"

#define LINE_UP 8 /* nodes before this one in the line that are remembered */
/* lane of the asks in the line; lesser numbers are lanes of the trees */
#define LINE_LANE ROUTE_STRIPES
#ifndef LINE_PIECE
#define LINE_PIECE 64
#endif
/* While LINE_MANY chunks or more are on their way that a node wants for itself,
 * and for LINE_REST_NS after that, the node asks by trees instead of the line:
 * if it asked by both, it could wait for a node that waits for it. */
#define LINE_MANY 12
#define LINE_REST_NS 1000000000LL
/* A node that has just begun to read asks by trees for so long: machines that
 * begin together have not heard of each other yet, and each would take itself
 * for the first in the line. */
#define LINE_SETTLE_NS 200000000LL
/* A chunk that somebody waits for, and that the line has not brought after this
 * time, is asked of other nodes too.  Arbitrary: the last of a line of 32 nodes
 * on slow links waits as long for its first chunk. */
#define LINE_HEDGE_NS 1500000000LL
/* A chunk that the line has not brought after this time is asked for by trees
 * instead, since two nodes that do not agree which of them came first wait for
 * each other. */
#define LINE_PATIENCE_NS 5000000000LL
/* A node that let this one wait for too long is passed over for this time: if
 * that node hangs, it would hold up each chunk of the nodes behind it. */
#define LINE_PASSED_NS 60000000000LL

struct line {
	uint32_t length; /* nodes in all lines; 0: this node stands in none */
	/* nodes that stand in the lines, but for this one */
	uint32_t others;
	/* the nodes before this one, the nearest first; unused entries:
	 * ROUTE_NONE */
	uint32_t up[LINE_UP];
	/* until this time trees are asked instead of the line */
	int64_t trees_ns;
	uint32_t passed; /* the node that was passed over last */
	/* when `passed` was passed over; 0: no node was */
	int64_t passed_ns;
};

/* Builds the line anew.  To be called after a change of the nodes, or of their
 * fields reads, since, complete or behind.  Returns 0; or -1 on ENOMEM, which
 * leaves the line as it was. */
int line_build(struct line *l, const struct route_node *nodes, uint32_t nnodes);

/* Returns the position of the node that the node at `position` asks in the
 * line, where ncomplete complete nodes live.  Position 0 is the first;
 * UINT32_MAX: the node at `position` asks a complete node. */
uint32_t line_before(uint32_t position, uint32_t ncomplete);

/* Notes that this node begins to read, or does so again after a pause. */
void line_begin(struct line *l, int64_t now_ns);

/* Returns true if this node reads so little at a time that it is to ask in the
 * line.  own: how many chunks on their way this node wants for itself. */
bool line_suits(struct line *l, uint32_t own, int64_t now_ns);

/* Passes the node over for LINE_PASSED_NS from now on: line_choose leaves it
 * out. */
void line_pass_over(struct line *l, uint32_t node, int64_t now_ns);
/* Returns the node that is passed over now; ROUTE_NONE: none is. */
uint32_t line_passed(const struct line *l, int64_t now_ns);

/* Chooses the node to ask for a chunk in the line: the nearest before this one
 * that may be asked, else a complete one.  tried and rng are as for
 * route_choose. Returns ROUTE_NOBODY if no other node stands in the line or all
 * were asked: then route_choose is to choose. */
struct route line_choose(const struct line *l, const struct route_node *nodes,
			 uint32_t nnodes, const uint32_t *tried, size_t ntried,
			 uint64_t *rng, int64_t now_ns);

#endif
