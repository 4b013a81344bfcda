/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/line.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "router/policy/random.h"

struct in_line {
	uint64_t since, key;
	uint32_t node;
};

static int
compare(const void *a, const void *b)
{
	const struct in_line *x = a, *y = b;

	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Returns the position that `position` asks if there is a single line.  The
 * line is cut into pieces, which stand in a tree: each of the first two nodes
 * of a piece is asked by the first node of another piece. */
static uint32_t
before_in_one(uint32_t position)
{
	uint32_t piece = position / LINE_PIECE;

	if (position % LINE_PIECE > 0 || position == 0)
		return position - 1;
	return (piece - 1) / 2 * LINE_PIECE + (piece - 1) % 2;
}

uint32_t
line_before(uint32_t position, uint32_t ncomplete)
{
	if (ncomplete == 0)
		ncomplete = 1;
	if (position < ncomplete)
		return UINT32_MAX;
	return before_in_one(position / ncomplete) * ncomplete +
	       position % ncomplete;
}

static uint32_t
list(const struct route_node *nodes, uint32_t nnodes, struct in_line *p,
     uint32_t *ncomplete)
{
	uint32_t i, n = 0;

	for (*ncomplete = i = 0; i < nnodes; i++) {
		*ncomplete += nodes[i].complete;
		if (nodes[i].reads && !nodes[i].complete &&
		    (nodes[i].self || !nodes[i].behind))
			p[n++] =
			    (struct in_line){nodes[i].since, nodes[i].key, i};
	}
	return n;
}

int
line_build(struct line *l, const struct route_node *nodes, uint32_t nnodes)
{
	AUTO_FREE struct in_line *p = calloc(nnodes + 1, sizeof *p);
	uint32_t ncomplete, n, at, i = 0;

	if (p == NULL) {
		errno = ENOMEM;
		return -1;
	}
	n = list(nodes, nnodes, p, &ncomplete);
	qsort(p, n, sizeof *p, compare);
	for (at = 0; at < n && !nodes[p[at].node].self;)
		at++;
	l->length = at < n ? n : 0;
	l->others = at < n ? n - 1 : n;
	at = at < n ? line_before(at, ncomplete) : UINT32_MAX;
	for (; at != UINT32_MAX && i < LINE_UP; at = line_before(at, ncomplete))
		l->up[i++] = p[at].node;
	if (i < LINE_UP)
		l->up[i] = ROUTE_NONE;
	return 0;
}

static void
by_trees_until(struct line *l, int64_t ns)
{
	if (l->trees_ns < ns)
		l->trees_ns = ns;
}

void
line_begin(struct line *l, int64_t now_ns)
{
	by_trees_until(l, now_ns + LINE_SETTLE_NS);
}

bool
line_suits(struct line *l, uint32_t own, int64_t now_ns)
{
	if (own >= LINE_MANY)
		by_trees_until(l, now_ns + LINE_REST_NS);
	return now_ns > l->trees_ns;
}

void
line_pass_over(struct line *l, uint32_t node, int64_t now_ns)
{
	l->passed = node;
	l->passed_ns = now_ns;
}

uint32_t
line_passed(const struct line *l, int64_t now_ns)
{
	return l->passed_ns != 0 && now_ns - l->passed_ns < LINE_PASSED_NS
		   ? l->passed
		   : ROUTE_NONE;
}

struct route
line_choose(const struct line *l, const struct route_node *nodes,
	    uint32_t nnodes, const uint32_t *tried, size_t ntried,
	    uint64_t *rng, int64_t now_ns)
{
	uint32_t passed = line_passed(l, now_ns), i, n, at;

	if (l->length < 2)
		return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
	for (i = 0; i < LINE_UP && l->up[i] != ROUTE_NONE; i++)
		if (l->up[i] != passed &&
		    route_leads(&nodes[l->up[i]], LINE_LANE) &&
		    route_may_ask(nodes, nnodes, l->up[i], tried, ntried))
			return (struct route){ROUTE_PARENT, l->up[i], true};
	at = random_below(rng, nnodes);
	for (n = 0; n < nnodes; n++, at = at + 1 < nnodes ? at + 1 : 0)
		if (nodes[at].complete && at != passed &&
		    route_may_ask(nodes, nnodes, at, tried, ntried))
			return (struct route){ROUTE_HOLDER, at, true};
	return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
}
