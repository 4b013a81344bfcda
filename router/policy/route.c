/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The trees.
 *
 * Chunks fall into ROUTE_STRIPES stripes by their number, and each stripe has
 * an order of all nodes.  Stripes come in pairs: the even stripe of a pair
 * orders the nodes by hash(key, pair), the odd one the other way round.  A node
 * in the first half of an order sends each chunk of the stripe to two nodes, a
 * node in the second half to none, and a node that is in the first half of one
 * order is in the second half of the other.  So for every two chunks, one of
 * each stripe, every node sends exactly two, whatever the hashes are.  This
 * needs ROUTE_ARITY to be 2. With independent hashes, and 64 stripes, the
 * busiest of 32 nodes would send a quarter more than its share, and a crowd is
 * only as fast as its busiest node.
 *
 * With K complete nodes a stripe is K trees side by side: the first K nodes of
 * the order ask a complete node, the node of rank r asks that of rank (r - K) /
 * ROUTE_ARITY.
 *
 * A node needs to know only the nodes above it, so only these are kept; their
 * number is the logarithm of that of all nodes.  Finding them takes time in
 * proportion to the number of all nodes (rendezvous.h).
 *
 * A slow node holds up all nodes below it, in every tree.  So this node leaves
 * out of its trees the nodes that are behind it, that is, that hold less than
 * this one and gain less: it asks the nodes that it would ask if those were not
 * there.  Nodes that hold about equally much leave out the same nodes, and so
 * have the same trees.  A node that is behind has all others in its trees, and
 * asks as before.  Nodes never wait for each other in a circle, since a node
 * only asks one that stands before it by hash, whatever either knows of other
 * nodes.
 *
 * Tree or holder?  While a crowd reads, the tree loads all nodes alike.  A node
 * that asks a holder instead of its parent adds to what that holder has to
 * send.  That slows down the nodes below the holder, which then ask holders
 * too, until nothing is left of the trees (in the simulator, reading fell to a
 * third of the speed).  So a node asks a holder only if more nodes hold the
 * chunk than stand before this node in the order: then there are enough holders
 * for all.  While a chunk is rare, the trees spread it from the few holders.
 *
 * Keepers are nodes with small stores that hold the chunk and have gained
 * little of late.  They go on holding the chunk, so that even old news of them
 * is right.  If there are so many keepers that each has to serve only a few of
 * the nodes that read, a keeper is asked, chosen by the asker's rank, so that
 * all keepers have equally much to send.  This is better than the tree, because
 * in small stores a chunk that passes down a tree is dropped soon, and has to
 * be fetched again for a child that asks late, or for the node itself.
 */
#include "router/policy/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "router/policy/rendezvous.h"
#include "router/policy/random.h"

#define DEPTH 32 /* levels of a tree at most */
#define PAIRS (ROUTE_STRIPES / 2)
/* A holder is preferred to a complete node unless it takes more than SPARE_SEED
 * times as long; in a crowd the factor is greater (spare_complete). */
#define SPARE_SEED 4
/* A node falls behind only if this node holds over BEHIND_LEAST chunks more.
 * That is less than a read-ahead window: else all nodes would wait for that
 * node. */
#define BEHIND_LEAST 96
/* a node that began to read later than this one is judged only after so many
 * marks (route_pace.marks) */
#define LATE_MARKS 5
#define KEEPERS 32
/* the most nodes of a crowd for each keeper if keepers are asked; with 4, some
 * chunks would still come by trees */
#define SERVED_BY_KEEPER 8
/* number of marks over which route_pace.drift sums the gains; several, since
 * news may come a second late, and then all at once */
#define DRIFT_MARKS 4
/* A node whose drift is greater is no keeper: it has gained more chunks over
 * DRIFT_MARKS marks than a small store's read-ahead window has. */
#define DRIFT_STILL 64
/* a keeper is not asked if it takes more than DEARER times as long as
 * another */
#define DEARER 3
/* the number of nodes among which a holder is looked for, if the tree leads to
 * the chunk too; to look at thousands would take longer than a read */
#define LOOK 256
/* bytes/s that a node of unknown rate is taken to deliver */
#define RATE_UNKNOWN 12500000

struct route_trees {
	unsigned copies;
	/* index of this node; ROUTE_NONE: it is not among the nodes */
	uint32_t self;
	uint32_t ncomplete, nactive;
	uint32_t *complete;
	/* this node's rank in each stripe's order */
	uint32_t rank[ROUTE_STRIPES];
	/* for each stripe the nodes above this one, its parent first; after the
	 * last, ROUTE_NONE */
	uint32_t up[ROUTE_STRIPES][DEPTH];
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

/* Returns whether a node stands in the trees.  This node always does, since
 * others may take it for their parent even while it does not read. */
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

/* Writes to `up` the nodes above the node of rank r, its parent first, and
 * ROUTE_NONE after the last.  desc: rank 0 is the last node of the order l, not
 * the first.  Nodes of the first `tops` ranks have no parent. */
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

/* Returns how long the node is expected to take to deliver all that it owes and
 * `bytes` more. */
static int64_t
cost_ns(const struct route_node *n, uint32_t bytes)
{
	double rate = n->rate > 0 ? n->rate : RATE_UNKNOWN;

	return (n->outstanding + bytes) * 1e9 / rate;
}

bool
route_was_tried(const uint32_t *tried, size_t ntried, uint32_t node)
{
	for (size_t i = 0; i < ntried; i++)
		if (tried[i] == node)
			return true;
	return false;
}

bool
route_may_ask(const struct route_node *nodes, uint32_t nnodes, uint32_t node,
	      const uint32_t *tried, size_t ntried)
{
	return node < nnodes && nodes[node].usable && !nodes[node].self &&
	       !(nodes[node].trial && nodes[node].outstanding > 0) &&
	       !route_was_tried(tried, ntried, node);
}

bool
route_leads(const struct route_node *n, uint32_t lane)
{
	return (n->shut >> lane & 1) == 0;
}

/* The parameters of route_choose, for the functions below. */
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

/* Returns true if node a would take at most `times` as long as node b to
 * deliver one more chunk.  If the rate of either is unknown, both count as
 * equally fast. */
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

/* Returns a step for a walk through the array of nodes, which visits all of
 * them, in an order that differs from call to call.  With a step of 1, a node
 * after many that cannot be asked would be chosen more often than others. */
static uint32_t
random_step(const struct query *q)
{
	static const uint32_t primes[] = {7919, 104729, 1299709, 15485863,
					  179424673};
	uint32_t p = primes[random_below(q->rng, 5)];

	return q->nnodes % p == 0 ? 1 : p % q->nnodes;
}

/* Returns the better of two random nodes that hold the chunk and are not
 * complete.  Looks at `look` nodes only.  Sets *count to an estimate, from
 * these, of how many such nodes there are; stops counting when it is clear that
 * there are more than `enough`. */
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

/* Inserts p into `first`, a sorted array of n entries with room for `most`.  If
 * it is full, the last entry, or p, is left out.  Returns the new number of
 * entries. */
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

/* Writes to k the keepers of the chunk that may be asked, sorted by an order
 * that is the same on all nodes, and no more of them than R. Returns their
 * number; 0 also if there is no crowd, or if the crowd is too large for R
 * keepers. */
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

/* Returns the better of two random complete nodes, or ROUTE_NONE. */
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

/* Returns `partial`, a holder that is not complete, unless the complete node
 * `complete` would be far faster.  How far depends on the crowd: the more nodes
 * there are for each complete node, the more these are spared. */
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

/* Returns a keeper of the chunk, or a complete node that is far faster;
 * ROUTE_NONE if there are too few keepers for the nodes of the crowd. */
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
	/* All nodes are searched for a holder only if no node above, or no
	 * complete node, leads to the chunk. */
	node = pick_partial(
	    q, above != ROUTE_NONE && q->t->ncomplete > 0 ? LOOK : q->nnodes,
	    rank, &holders);
	/* A node above can get the chunk only if some node holds it, be it one
	 * that this node cannot ask. */
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
	/* the first mark of a row notes no gain: the node may have begun with
	 * chunks in its store */
	p->gained = p->marks > 0 ? gained : 0;
	p->marks = gained > 0 && reads ? p->marks + 1 : 0;
	p->held = held;
}

/* Returns true if the node of pace `its` gains less than `eighths` eighths of
 * what this node, of pace `own`, gains.  Drifts are compared, since on slow
 * links the gain between two marks says little. */
static bool
is_slower(struct route_pace its, struct route_pace own, unsigned eighths)
{
	return its.drift < (uint64_t)own.drift * eighths / 8;
}

bool
route_is_behind(struct route_pace own, struct route_pace its, uint32_t room,
		bool was)
{
	/* a small store is full long before the node has read the whole
	 * image */
	uint32_t most = room - room / 4;
	uint32_t held = own.held < most ? own.held : most;
	uint32_t lags = held > its.held ? held - its.held : 0;

	if (was)
		return lags > BEHIND_LEAST / 2 && is_slower(its, own, 7);
	if (its.marks + 1 < own.marks && its.marks < LATE_MARKS)
		return false;
	return lags > BEHIND_LEAST && its.gained > 0 && is_slower(its, own, 5);
}

/* The loop ends as soon as `copies` nodes are found to stand before this one,
 * so it looks at only a handful of nodes on average. */
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
