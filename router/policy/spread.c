/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Hashes alone would spread chunks unevenly: they give a node its share of
 * chunks only on average, and a node that has room for most of the image cannot
 * hold a chunk twice.  So each node counts what the others hold.  Nodes with
 * room left copy the rarest chunks.  If some chunks then still have more copies
 * than others, the plan swaps copies until the numbers differ by one at most,
 * if that is possible.
 *
 * A plan swaps only as many chunks as it must.  So about as many chunks are
 * copied when a node dies as that node held, and when a node joins, as that
 * node has room for.
 */
#include "router/policy/spread.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "router/policy/rendezvous.h"

/* Added to chunk numbers, so that these orders differ from those of route.c,
 * which are made from smaller numbers. */
#define ORDER (UINT64_C(1) << 40)
/* How many hashes are computed in one call of spread_next or spread_plan.
 * Arbitrary: so many take some 2 ms, for which the router's loop stands
 * still. */
#define HASHES_AT_ONCE 65536
/* Ranks are counted only up to so many beyond the level, since further ones
 * make no difference: no chunk has so many copies. */
#define RANKS_BEYOND 8

/* The values that decide on a node's place in the order of a chunk. */
struct seat {
	uint64_t key;
	uint32_t room;
};

struct spread {
	uint32_t nchunks;
	/* how many times the image fits into all room, in 1/256 */
	uint32_t level;
	uint16_t *others; /* by chunk: copies on other nodes */
	/* by chunk: this node's rank; known if `ranked` has the chunk */
	uint8_t *rank;
	struct bitmap *ranked;
	struct seat *seats; /* the other nodes that have room */
	uint32_t nseats;
	struct seat self;
	bool self_known;
	bool others_fill;
};

struct spread *
spread_new(uint32_t nchunks)
{
	struct spread *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->nchunks = nchunks;
	s->others = calloc(nchunks, sizeof *s->others);
	s->rank = calloc(nchunks, sizeof *s->rank);
	s->ranked = bitmap_new(nchunks);
	if (s->others == NULL || s->rank == NULL || s->ranked == NULL) {
		spread_free(s);
		errno = ENOMEM;
		return NULL;
	}
	return s;
}

void
spread_free(struct spread *s)
{
	if (s == NULL)
		return;
	free(s->others);
	free(s->rank);
	bitmap_free(s->ranked);
	free(s->seats);
	free(s);
}

/* Returns a number by which nodes are sorted into the order of the chunk: the
 * least comes first.  The numbers are exponentially distributed with a mean of
 * 1 / room. */
static double
lateness(const struct seat *n, uint32_t chunk)
{
	uint64_t hash = rendezvous_rank(0, n->key, ORDER + chunk).hash;

	return -log(((double)hash + 1) / 0x1p64) / n->room;
}

static double
node_lateness(const struct spread_node *n, uint32_t chunk)
{
	struct seat seat = {n->key, n->room};

	return lateness(&seat, chunk);
}

static bool
same_seat(const struct seat *a, const struct seat *b)
{
	return a->key == b->key && a->room == b->room;
}

/* Counts in s->others the copies of each chunk on the other nodes. */
static void
count_copies(struct spread *s, const struct spread_node *nodes, uint32_t n)
{
	uint16_t everywhere = 0;

	memset(s->others, 0, s->nchunks * sizeof *s->others);
	for (uint32_t i = 0; i < n; i++) {
		const struct bitmap *held = nodes[i].held;
		uint32_t c = 0;

		if (nodes[i].self)
			continue;
		if (nodes[i].complete)
			everywhere++;
		else if (held != NULL)
			while ((c = bitmap_next(held, c)) < s->nchunks)
				s->others[c++]++;
	}
	for (uint32_t c = 0; everywhere > 0 && c < s->nchunks; c++)
		s->others[c] += everywhere;
}

int
spread_look(struct spread *s, const struct spread_node *nodes, uint32_t n)
{
	AUTO_FREE struct seat *seats = calloc(n + 1, sizeof *seats);
	struct seat self = {0};
	bool same = true, known = false, others_fill = false;
	struct bitmap *ranked;
	uint64_t room = 0;
	uint32_t k = 0;

	if (seats == NULL)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		struct seat seat = {nodes[i].key, nodes[i].room};

		room += seat.room;
		others_fill |= nodes[i].fills && !nodes[i].self;
		if (nodes[i].self) {
			self = seat;
			known = seat.room > 0;
		} else if (seat.room > 0) {
			same &= k < s->nseats && same_seat(&s->seats[k], &seat);
			seats[k++] = seat;
		}
	}
	if (!same || k != s->nseats || !same_seat(&self, &s->self)) {
		ranked = bitmap_new(s->nchunks);
		if (ranked == NULL)
			return -1;
		bitmap_free(s->ranked);
		s->ranked = ranked;
		free(s->seats);
		s->seats = TAKE_PTR(seats);
		s->nseats = k;
		s->self = self;
		s->self_known = known;
	}
	s->level = s->nchunks > 0 ? room * 256 / s->nchunks : 0;
	s->others_fill = others_fill;
	count_copies(s, nodes, n);
	return 0;
}

uint32_t
spread_level(const struct spread *s)
{
	return s->level;
}

uint32_t
spread_others(const struct spread *s, uint32_t chunk)
{
	return s->others[chunk];
}

static uint8_t
rank_of(const struct spread *s, uint32_t chunk)
{
	uint32_t most = s->level / 256 + RANKS_BEYOND, before = 0;
	double own;

	if (!s->self_known)
		return UINT8_MAX;
	if (most > UINT8_MAX)
		most = UINT8_MAX;
	own = lateness(&s->self, chunk);
	for (uint32_t i = 0; i < s->nseats && before < most; i++)
		before += lateness(&s->seats[i], chunk) < own;
	return before;
}

uint32_t
spread_rank(struct spread *s, uint32_t chunk)
{
	if (bitmap_add(s->ranked, chunk))
		s->rank[chunk] = rank_of(s, chunk);
	return s->rank[chunk];
}

/* Returns the number by which spread_next chooses: the missing chunk with the
 * least is copied first.  The copies on other nodes decide, then this node's
 * rank.  While other nodes fill too, their latest copies are unknown, so the
 * greater of copies and rank decides first, then the copies. */
static uint32_t
surplus_of(struct spread *s, uint32_t chunk)
{
	uint32_t rank = spread_rank(s, chunk), others = s->others[chunk];

	if (!s->others_fill)
		return others << 16 | rank;
	return (rank > others ? rank : others) << 16 | others;
}

uint32_t
spread_next(struct spread *s, const struct bitmap *have, bool first_copies)
{
	uint32_t best = SPREAD_NONE, least = UINT32_MAX, from, surplus;
	uint32_t ranks = HASHES_AT_ONCE / (s->nseats + 1) + 1;

	if (s->nchunks == 0)
		return SPREAD_NONE;
	from = s->self.key % s->nchunks;
	for (uint32_t i = 0; i < s->nchunks; i++) {
		uint32_t c =
		    from + i < s->nchunks ? from + i : from + i - s->nchunks;

		if (bitmap_has(have, c) || s->others[c] > least >> 16 ||
		    (!first_copies && s->others[c] == 0))
			continue;
		if (!bitmap_has(s->ranked, c) && ranks-- == 0)
			break;
		surplus = surplus_of(s, c);
		if (surplus >= least)
			continue;
		least = surplus;
		best = c;
	}
	return best;
}

/* --- the plan --- */

struct draft {
	const struct spread_node *nodes;
	uint32_t n, nchunks;
	uint16_t *was;    /* by chunk: copies before the plan */
	uint16_t *copies; /* by chunk: copies once the plan is carried out */
	uint32_t *order;  /* chunks, the rarest first */
	/* by node: index in `order` from which on the node has no chunk left
	 * that it can give up */
	uint32_t *end;
	uint32_t *swaps; /* by node: how many swaps the plan gives it so far */
	/* by chunk: spread_first_holder plus one; 0: not looked for */
	uint32_t *first;
};

static bool
node_holds(const struct spread_node *n, uint32_t chunk)
{
	return n->complete || (n->held != NULL && bitmap_has(n->held, chunk));
}

uint32_t
spread_first_holder(const struct spread_node *nodes, uint32_t n, uint32_t chunk)
{
	uint32_t best = SPREAD_NONE;
	double least = 0, late;

	for (uint32_t i = 0; i < n; i++) {
		if (nodes[i].passes || !node_holds(&nodes[i], chunk))
			continue;
		if (nodes[i].complete)
			return i;
		late = node_lateness(&nodes[i], chunk);
		if (best == SPREAD_NONE || late < least) {
			best = i;
			least = late;
		}
	}
	return best;
}

static uint32_t
first_holder(struct draft *d, uint32_t chunk)
{
	if (d->first[chunk] == 0)
		d->first[chunk] =
		    1 + spread_first_holder(d->nodes, d->n, chunk);
	return d->first[chunk] - 1;
}

/* Returns the most common chunk that the node can give up for a chunk with
 * `copies` copies: one with at least two copies more.  SPREAD_NONE: the node
 * has none.  Between calls `copies` never gets less, so a chunk that was
 * skipped once need not be looked at again. */
static uint32_t
gives_up(struct draft *d, uint32_t node, uint16_t copies)
{
	for (; d->end[node] > 0; d->end[node]--) {
		uint32_t c = d->order[d->end[node] - 1];

		if (d->was[c] < copies + 2)
			break;
		if (d->copies[c] >= copies + 2 &&
		    node_holds(&d->nodes[node], c) &&
		    first_holder(d, c) != node)
			return c;
	}
	return SPREAD_NONE;
}

/* Returns the node that is to copy the chunk, and sets *drop to the chunk that
 * it gives up: of the nodes that can give up a chunk, the first in the chunk's
 * order.  SPREAD_NONE: no node can, or a node that is filling lacks the chunk,
 * and will copy it without a swap. */
static uint32_t
taker(struct draft *d, uint32_t chunk, uint32_t max, uint32_t *drop)
{
	uint32_t best = SPREAD_NONE;
	double least = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		const struct spread_node *n = &d->nodes[i];
		uint32_t give;
		double late;

		if (n->room == 0 || node_holds(n, chunk))
			continue;
		if (n->fills)
			return SPREAD_NONE;
		if (!n->swaps || d->swaps[i] == max)
			continue;
		late = node_lateness(n, chunk);
		if (best != SPREAD_NONE && late >= least)
			continue;
		give = gives_up(d, i, d->copies[chunk]);
		if (give == SPREAD_NONE)
			continue;
		best = i;
		least = late;
		*drop = give;
	}
	return best;
}

/* Sorts the chunks into d->order by their copies (a counting sort).  Returns -1
 * on ENOMEM. */
static int
sort_by_copies(struct draft *d)
{
	AUTO_FREE uint32_t *start = calloc(d->n + 2, sizeof *start);
	uint32_t i;

	if (start == NULL)
		return -1;
	for (i = 0; i < d->nchunks; i++)
		start[d->was[i] + 1]++;
	for (i = 1; i < d->n + 2; i++)
		start[i] += start[i - 1];
	for (i = 0; i < d->nchunks; i++)
		d->order[start[d->was[i]]++] = i;
	return 0;
}

static void
draft_free(struct draft *d)
{
	free(d->was);
	free(d->copies);
	free(d->order);
	free(d->end);
	free(d->swaps);
	free(d->first);
}

static int
draft_begin(struct draft *d, const struct spread *s,
	    const struct spread_node *nodes, uint32_t n)
{
	*d = (struct draft){.nodes = nodes, .n = n, .nchunks = s->nchunks};
	d->was = calloc(s->nchunks, sizeof *d->was);
	d->copies = calloc(s->nchunks, sizeof *d->copies);
	d->order = calloc(s->nchunks, sizeof *d->order);
	d->end = calloc(n + 1, sizeof *d->end);
	d->swaps = calloc(n + 1, sizeof *d->swaps);
	d->first = calloc(s->nchunks, sizeof *d->first);
	if (d->was == NULL || d->copies == NULL || d->order == NULL ||
	    d->end == NULL || d->swaps == NULL || d->first == NULL)
		return -1;
	memcpy(d->was, s->others, s->nchunks * sizeof *d->was);
	for (uint32_t i = 0; i < n; i++) {
		d->end[i] = s->nchunks;
		for (uint32_t c = 0; nodes[i].self && c < s->nchunks; c++)
			d->was[c] += node_holds(&nodes[i], c);
	}
	memcpy(d->copies, d->was, s->nchunks * sizeof *d->was);
	return sort_by_copies(d);
}

uint32_t
spread_plan(struct spread *s, struct spread_node *nodes, uint32_t n,
	    struct spread_swap *swaps, uint32_t max)
{
	uint32_t chunks = HASHES_AT_ONCE / (n + 1) + 1;
	uint32_t found = 0, drop = 0, i, node;
	struct draft d = {0};

	if (s->nchunks == 0 || draft_begin(&d, s, nodes, n) == -1) {
		draft_free(&d);
		return 0;
	}
	for (i = 0; i < s->nchunks && i < chunks; i++) {
		uint32_t chunk = d.order[i];

		if (d.was[chunk] + 2 > d.was[d.order[s->nchunks - 1]])
			break;
		node = taker(&d, chunk, max, &drop);
		if (node == SPREAD_NONE)
			continue;
		d.copies[chunk]++;
		d.copies[drop]--;
		d.swaps[node]++;
		d.end[node]--;
		nodes[node].planned = true;
		if (nodes[node].self)
			swaps[found++] = (struct spread_swap){chunk, drop};
	}
	draft_free(&d);
	return found;
}

uint32_t
spread_census(const struct spread *s, const struct bitmap *held,
	      uint32_t *by_copies, uint32_t most)
{
	uint32_t least = UINT32_MAX;

	memset(by_copies, 0, (most + 1) * sizeof *by_copies);
	for (uint32_t c = 0; c < s->nchunks; c++) {
		uint32_t n = s->others[c] +
			     (held != NULL && bitmap_has(held, c) ? 1 : 0);

		by_copies[n < most ? n : most]++;
		if (n < least)
			least = n;
	}
	return least;
}
