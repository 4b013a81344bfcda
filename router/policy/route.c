/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The trees.
 *
 * Chunks fall into ROUTE_STRIPES stripes by their number, and each stripe
 * has an order of all nodes.  Stripes come in pairs: an even one orders the
 * nodes by hash(key, pair), the odd one after it the other way round.  A node
 * that stands in the first half of one, and so passes each chunk on twice,
 * stands in the second half of the other and passes nothing on: every node
 * sends exactly two chunks in each two, however the hashes fall.  (By
 * independent hashes the busiest of 32 nodes would send a quarter more than
 * its share with 64 stripes, and the crowd is as fast as its busiest node.)
 * This is why ROUTE_ARITY is 2: only then do two opposite orders add up.
 *
 * With K complete nodes a stripe is K trees side by side: the first K of the
 * order ask a complete one, the r-th asks number (r - K) / ROUTE_ARITY.
 *
 * A node needs to know only those above it, a logarithm of their number, so
 * that is all that is kept; finding them takes linear time (rendezvous.h).
 *
 * A slow node holds up all that are below it, in every tree.  Those that hold
 * less than this one and gain less stand in no tree that it sees: it asks whom
 * it would ask if they were not there, and nodes that run level see the same
 * trees.  The one that is behind sees all of them, and asks as before.  Whoever
 * is asked stands before the asker by hash, whatever the two know, so circles
 * cannot form.
 *
 * Tree or holder?  While a crowd reads, the tree loads everybody alike, and
 * whoever leaves it for a holder that has been heard of adds to what that one
 * has to send: laggards then make more laggards, until nothing is left of the
 * trees (a third of the speed, simulated).  So a node leaves the tree only if
 * more nodes hold the chunk than stand before it in the order.  Those are
 * enough for all; and where a chunk is rare, the trees spread it from them.
 *
 * What is known of keepers, small stores that hold the chunk and have gained
 * little of late, is not new: they go on holding it.  If each
 * has to serve only a few of those who read they are asked, by rank, so that
 * all have as much to send: where stores are small a chunk that passes through
 * a tree is dropped soon, and fetched again for a child that comes late, or for
 * the node itself.
 */
#include "router/policy/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "router/policy/rendezvous.h"
#include "router/policy/random.h"

#define DEPTH 32 /* levels of a tree, at most */
#define PAIRS (ROUTE_STRIPES / 2)
#define SPARE_SEED 4 /* a holder may cost that many times what a seed costs */
#define BEHIND_LEAST 96 /* chunks; less than a window, or all wait for it */
#define LATE_MARKS 5    /* marks until a node that began later is compared */
#define KEEPERS 32
#define SERVED_BY_KEEPER 8 /* readers; with 4, some go through trees */
#define DRIFT_MARKS 4      /* news may come a second late, and all at once */
#define DRIFT_STILL 64     /* chunks; the window of a small store, once */
/* a keeper that is so many times dearer than another is not asked */
#define DEARER 3
#define LOOK 256 /* nodes; of some thousand, it would cost more than a read */
#define RATE_UNKNOWN 12500000 /* bytes/s */

struct route_trees {
	unsigned copies;
	uint32_t self; /* ROUTE_NONE: not among the nodes */
	uint32_t ncomplete, nactive;
	uint32_t *complete;
	uint32_t rank[ROUTE_STRIPES];      /* the node's own */
	uint32_t up[ROUTE_STRIPES][DEPTH]; /* parent first, then ROUTE_NONE */
};

struct route_trees *
route_trees_new(unsigned copies)
{
	struct route_trees *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->copies = copies;
	t->self = ROUTE_NONE;
	memset(t->up, 0xff, sizeof t->up);
	return t;
}

void
route_trees_free(struct route_trees *t)
{
	if (t == NULL)
		return;
	free(t->complete);
	free(t);
}

/* Whether a node stands in the trees.  This node always does: others may take
 * it for a parent though it does not read. */
static bool
stands(const struct route_node *n)
{
	return n->self || (n->active && !n->complete && !n->behind);
}

static uint32_t
list_complete(const struct route_node *nodes, uint32_t nnodes, uint32_t *list)
{
	uint32_t i, n = 0;

	for (i = 0; i < nnodes; i++)
		if (nodes[i].complete && !nodes[i].self)
			list[n++] = i;
	return n;
}

static uint32_t
find_self(const struct route_node *nodes, uint32_t nnodes)
{
	uint32_t i;

	for (i = 0; i < nnodes; i++)
		if (nodes[i].self)
			return i;
	return ROUTE_NONE;
}

/* Lists the nodes above the node of rank r, in the order of l or the other way
 * round. */
static void
climb(struct rendezvous *l, uint32_t r, uint32_t tops, bool desc, uint32_t *up)
{
	unsigned d = 0;

	while (r >= tops && d < DEPTH - 1) {
		r = (r - tops) / ROUTE_ARITY;
		up[d++] = rendezvous_node(l, desc ? l->n - 1 - r : r);
	}
	up[d] = ROUTE_NONE;
}

static void
build_pair(struct route_trees *t, struct rendezvous *l, uint64_t key,
	   uint32_t pair)
{
	uint32_t tops = t->ncomplete > 0 ? t->ncomplete : 1;
	struct rendezvous_rank me = rendezvous_rank(t->self, key, pair);
	uint32_t r = rendezvous_sort(l, pair, &me);

	t->rank[2 * pair] = r;
	t->rank[2 * pair + 1] = l->n - 1 - r;
	climb(l, r, tops, false, t->up[2 * pair]);
	climb(l, l->n - 1 - r, tops, true, t->up[2 * pair + 1]);
}

static void
build_all(struct route_trees *t, const struct route_node *nodes,
	  uint32_t nnodes, struct rendezvous *l)
{
	uint32_t i;

	for (i = 0; i < nnodes; i++)
		if (stands(&nodes[i]))
			rendezvous_add(l, i, nodes[i].key);
	for (i = 0; i < PAIRS; i++)
		build_pair(t, l, nodes[t->self].key, i);
	t->nactive = l->n;
}

int
route_trees_build(struct route_trees *t, const struct route_node *nodes,
		  uint32_t nnodes)
{
	AUTO_FREE struct rendezvous *l = rendezvous_new(nnodes);
	AUTO_FREE uint32_t *complete = calloc(nnodes + 1, sizeof *complete);

	if (l == NULL || complete == NULL) {
		errno = ENOMEM;
		return -1;
	}
	free(t->complete);
	t->ncomplete = list_complete(nodes, nnodes, complete);
	t->complete = TAKE_PTR(complete);
	t->self = find_self(nodes, nnodes);
	memset(t->up, 0xff, sizeof t->up);
	memset(t->rank, 0, sizeof t->rank);
	if (t->self != ROUTE_NONE)
		build_all(t, nodes, nnodes, l);
	return 0;
}

uint32_t
route_crowd(const struct route_trees *t)
{
	return t->nactive;
}

/* Expected time until that node has delivered `bytes` more. */
static int64_t
cost_ns(const struct route_node *n, uint32_t bytes)
{
	double rate = n->rate > 0 ? n->rate : RATE_UNKNOWN;

	return (n->outstanding + bytes) * 1e9 / rate;
}

bool
route_may_ask(const struct route_node *nodes, uint32_t nnodes, uint32_t node,
	      const uint32_t *tried, size_t ntried)
{
	size_t i;

	if (node >= nnodes || !nodes[node].usable || nodes[node].self ||
	    (nodes[node].trial && nodes[node].outstanding > 0))
		return false;
	for (i = 0; i < ntried; i++)
		if (tried[i] == node)
			return false;
	return true;
}

bool
route_leads(const struct route_node *n, uint32_t lane)
{
	return (n->shut >> lane & 1) == 0;
}

/* A question and the nodes it is asked of. */
struct query {
	const struct route_trees *t;
	const struct route_node *nodes;
	uint32_t nnodes, chunk;
	const uint32_t *tried;
	size_t ntried;
	uint64_t *rng;
};

static bool
may_ask(const struct query *q, uint32_t node)
{
	return route_may_ask(q->nodes, q->nnodes, node, q->tried, q->ntried);
}

static bool
holds(const struct query *q, uint32_t node)
{
	const struct bitmap *held = q->nodes[node].held;

	return held != NULL && bitmap_has(held, q->chunk);
}

/* Would a be done sooner than b, if it may cost `times` as much?  Nobody is
 * preferred or avoided for being unknown: it counts as equally fast. */
static bool
cheaper(const struct query *q, uint32_t a, uint32_t b, uint32_t times)
{
	const struct route_node *x = &q->nodes[a], *y = &q->nodes[b];
	const uint32_t bytes = 128 << 10;

	if (x->rate == 0 || y->rate == 0)
		return x->outstanding + bytes <=
		       times * (y->outstanding + bytes);
	return cost_ns(x, bytes) / times <= cost_ns(y, bytes);
}

static uint32_t
better(const struct query *q, uint32_t a, uint32_t b)
{
	if (a == ROUTE_NONE || b == ROUTE_NONE)
		return a == ROUTE_NONE ? b : a;
	return cheaper(q, a, b, 1) ? a : b;
}

/* Steps through all nodes in an order that differs from call to call, so that
 * nobody is asked more for standing after a gap in the array. */
static uint32_t
random_step(const struct query *q)
{
	static const uint32_t primes[] = {7919, 104729, 1299709, 15485863,
					  179424673};
	uint32_t p = primes[random_below(q->rng, 5)];

	return q->nnodes % p == 0 ? 1 : p % q->nnodes;
}

/* The better of two random nodes that hold the chunk and are not complete;
 * and how many there are, not counted further than to enough.  Looks at so
 * many nodes and takes them for all. */
static uint32_t
pick_partial(const struct query *q, uint32_t look, uint32_t enough,
	     uint32_t *count)
{
	uint32_t step, i, n, best = ROUTE_NONE;

	*count = 0;
	if (q->nnodes == 0)
		return ROUTE_NONE;
	if (look > q->nnodes)
		look = q->nnodes;
	enough = (uint64_t)enough * look / q->nnodes + 1;
	step = random_step(q);
	i = random_below(q->rng, q->nnodes);
	for (n = 0; n < look && (*count < enough || *count < 2); n++) {
		i = i + step >= q->nnodes ? i + step - q->nnodes : i + step;
		if (q->nodes[i].complete || !holds(q, i) || !may_ask(q, i))
			continue;
		if (++*count <= 2)
			best = better(q, best, i);
	}
	*count = (uint64_t)*count * q->nnodes / look;
	return best;
}

static struct rendezvous_rank
keeper_place(const struct route_node *nodes, uint32_t node, uint32_t chunk)
{
	return rendezvous_rank(node, nodes[node].key, (uint64_t)chunk + PAIRS);
}

/* Inserts into the first `most` of an order, n of which are there. */
static uint32_t
insert(struct rendezvous_rank *first, uint32_t n, uint32_t most,
       struct rendezvous_rank p)
{
	uint32_t i = n < most ? n++ : most;

	if (i == most && !rendezvous_before(&p, &first[--i]))
		return n;
	for (; i > 0 && rendezvous_before(&p, &first[i - 1]); i--)
		first[i] = first[i - 1];
	first[i] = p;
	return n;
}

/* Lists nodes that keep the chunk, have held it for some time and may be asked;
 * of many the same few for all who ask. */
static uint32_t
find_keepers(const struct query *q, struct rendezvous_rank *k)
{
	uint32_t most = q->t->copies < KEEPERS ? q->t->copies : KEEPERS;
	uint32_t i, n = 0;

	if (q->t->nactive < 2 || most * SERVED_BY_KEEPER < q->t->nactive)
		return 0;
	for (i = 0; i < q->nnodes && most > 0; i++)
		if (q->nodes[i].small && !q->nodes[i].complete &&
		    q->nodes[i].pace.drift <= DRIFT_STILL && holds(q, i) &&
		    may_ask(q, i))
			n = insert(k, n, most,
				   keeper_place(q->nodes, i, q->chunk));
	return n;
}

static uint32_t
next_complete(const struct query *q, uint32_t from)
{
	const struct route_trees *t = q->t;
	uint32_t n, i;

	for (n = 0; n < t->ncomplete; n++) {
		i = t->complete[(from + n) % t->ncomplete];
		if (may_ask(q, i))
			return i;
	}
	return ROUTE_NONE;
}

/* The better of two different random complete nodes. */
static uint32_t
pick_complete(const struct query *q)
{
	uint32_t n = q->t->ncomplete, first, other;

	if (n == 0)
		return ROUTE_NONE;
	first = random_below(q->rng, n);
	other = n > 1 ? first + 1 + random_below(q->rng, n - 1) : first;
	return better(q, next_complete(q, first), next_complete(q, other));
}

static uint32_t
pick_above(const struct query *q)
{
	uint32_t stripe = q->chunk % ROUTE_STRIPES;
	const uint32_t *up = q->t->up[stripe];

	for (; *up != ROUTE_NONE; up++)
		if (may_ask(q, *up) &&
		    (route_leads(&q->nodes[*up], stripe) || holds(q, *up)))
			return *up;
	return ROUTE_NONE;
}

/* Chooses a holder that is not complete, unless that would take far longer:
 * complete nodes are spared the more, the more nodes there are for each. */
static uint32_t
spare_complete(const struct query *q, uint32_t partial, uint32_t complete)
{
	uint32_t crowd;

	if (partial == ROUTE_NONE || complete == ROUTE_NONE)
		return partial == ROUTE_NONE ? complete : partial;
	crowd = q->t->nactive / q->t->ncomplete;
	return cheaper(q, partial, complete, SPARE_SEED + crowd) ? partial
								 : complete;
}

/* Chooses a node that keeps the chunk, if such nodes are enough for all who
 * read. */
static uint32_t
pick_keeper(const struct query *q)
{
	struct rendezvous_rank k[KEEPERS];
	uint32_t n = find_keepers(q, k), mine, other;

	if (n == 0 || n * SERVED_BY_KEEPER < q->t->nactive)
		return ROUTE_NONE;
	mine = k[q->t->rank[q->chunk % ROUTE_STRIPES] % n].node;
	other = k[random_below(q->rng, n)].node;
	if (!cheaper(q, mine, other, DEARER))
		mine = other;
	return spare_complete(q, mine, pick_complete(q));
}

static struct route
choose(const struct query *q, bool again)
{
	uint32_t above = again ? ROUTE_NONE : pick_above(q);
	uint32_t rank = q->t->rank[q->chunk % ROUTE_STRIPES];
	uint32_t node, holders;

	if (above != ROUTE_NONE && holds(q, above))
		return (struct route){ROUTE_HOLDER, above, false};
	node = pick_keeper(q);
	if (node != ROUTE_NONE)
		return (struct route){ROUTE_HOLDER, node, false};
	/* A rare chunk is worth a search only if nobody leads to it. */
	node = pick_partial(
	    q, above != ROUTE_NONE && q->t->ncomplete > 0 ? LOOK : q->nnodes,
	    rank, &holders);
	/* Nodes above lead somewhere only if someone holds the chunk, be it
	 * one that cannot be asked from here. */
	if (above != ROUTE_NONE && holders <= rank &&
	    (holders > 0 || q->t->ncomplete > 0 || q->ntried > 0))
		return (struct route){ROUTE_PARENT, above, false};
	node = spare_complete(q, node, pick_complete(q));
	if (node == ROUTE_NONE)
		return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
	return (struct route){ROUTE_HOLDER, node, false};
}

struct route
route_choose(const struct route_trees *t, const struct route_node *nodes,
	     uint32_t nnodes, uint32_t chunk, const uint32_t *tried,
	     size_t ntried, uint64_t *rng)
{
	struct query q = {t, nodes, nnodes, chunk, tried, ntried, rng};
	struct route r = choose(&q, false);

	if (r.how == ROUTE_NOBODY && ntried > 0) {
		q.ntried = 0;
		r = choose(&q, true);
	}
	return r;
}

struct route
route_choose_late(const struct route_trees *t, const struct route_node *nodes,
		  uint32_t nnodes, uint32_t chunk, const uint32_t *tried,
		  size_t ntried, uint64_t *rng)
{
	struct query q = {t, nodes, nnodes, chunk, tried, ntried, rng};
	uint32_t holders, node = pick_partial(&q, nnodes, 2, &holders);

	if (node == ROUTE_NONE && t->nactive <= t->ncomplete)
		node = pick_complete(&q);
	if (node == ROUTE_NONE)
		return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
	return (struct route){ROUTE_HOLDER, node, false};
}

struct route
route_choose_holder(const struct route_trees *t, const struct route_node *nodes,
		    uint32_t nnodes, uint32_t chunk, const uint32_t *tried,
		    size_t ntried, uint64_t *rng)
{
	struct query q = {t, nodes, nnodes, chunk, tried, ntried, rng};
	uint32_t holders, node = pick_partial(&q, nnodes, 2, &holders);

	node = spare_complete(&q, node, pick_complete(&q));
	if (node == ROUTE_NONE)
		return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
	return (struct route){ROUTE_HOLDER, node, false};
}

void
route_pace_mark(struct route_pace *p, uint32_t held, bool reads)
{
	uint32_t gained = held > p->held ? held - p->held : 0;

	p->drift += gained - p->drift / DRIFT_MARKS;
	/* the first time it may have begun in between */
	p->gained = p->marks > 0 ? gained : 0;
	p->marks = gained > 0 && reads ? p->marks + 1 : 0;
	p->held = held;
}

/* Drift is over the last few marks: a single one says little where links are
 * slow. */
static bool
is_slower(struct route_pace its, struct route_pace own, unsigned eighths)
{
	return its.drift < (uint64_t)own.drift * eighths / 8;
}

bool
route_is_behind(struct route_pace own, struct route_pace its, uint32_t room,
		bool was)
{
	uint32_t most = room - room / 4; /* a small store is full long before */
	uint32_t held = own.held < most ? own.held : most;
	uint32_t lags = held > its.held ? held - its.held : 0;

	if (was)
		return lags > BEHIND_LEAST / 2 && is_slower(its, own, 7);
	if (its.marks + 1 < own.marks && its.marks < LATE_MARKS)
		return false;
	return lags > BEHIND_LEAST && its.gained > 0 && is_slower(its, own, 5);
}

/* Whether this node keeps a chunk. Nodes that stand before it are counted only
 * as far as it matters, on average a handful. */
bool
route_keeps(const struct route_trees *t, const struct route_node *nodes,
	    uint32_t nnodes, uint32_t chunk, unsigned copies)
{
	struct rendezvous_rank me, other;
	uint32_t i;

	if (t->self >= nnodes)
		return false;
	me = keeper_place(nodes, t->self, chunk);
	for (i = 0; i < nnodes && copies > 0; i++) {
		if (i == t->self || nodes[i].complete || !nodes[i].usable)
			continue;
		other = keeper_place(nodes, i, chunk);
		if (rendezvous_before(&other, &me))
			copies--;
	}
	return copies > 0;
}
