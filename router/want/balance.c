/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/balance.h"

#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/image/image.h"
#include "router/policy/pace.h"
#include "router/policy/spread.h"

/* The least time between two counts (balance_look), since a count visits every
 * chunk that any node holds.  Arbitrary: a few times the 100 ms between a
 * node's announcements. */
#define LOOK_NS 250000000LL
/* The least time between two counts while somebody reads on this node.
 * Arbitrary: the node then copies nothing, so the count is only displayed. */
#define LOOK_READING_NS 2000000000LL
/* The least time between two plans.  It is long enough for every node to hear
 * the results of the last plan: two announcements, and a round of corosync's
 * ring under load (perf/NOTES). */
#define PLAN_NS 1000000000LL
/* The time after which copies are counted even if nothing has changed, so that
 * nodes that should have gained chunks and have not are noticed (pace_look). */
#define LOOK_AGAIN_NS 6000000000LL
/* number of counts over which the rate is averaged; arbitrary: 2 s */
#define RATE_LOOKS 8
/* Most swaps of a node in a plan: so many take longer than PLAN_NS at 100
 * Mbit/s. */
#define SWAPS 128

struct balance {
	struct spread *spread;
	struct spread_node *nodes;
	struct pace *paces; /* each node's pace, by slot */
	uint32_t n, capacity;
	bool seed;
	uint64_t copies; /* sum over all nodes of the chunks that each holds */
	double rate;     /* chunks/s by which `copies` grows, smoothed */
	/* routes.news plus the number of chunks held here, as of the last
	 * count */
	uint64_t news;
	uint64_t planned_news; /* `news` at the last plan */
	int64_t looked_ns, planned_ns;
	struct spread_swap swaps[SWAPS];
	/* nswaps: swaps in the plan; begun: index of the next swap to begin */
	uint32_t nswaps, begun;
};

struct balance *
balance_new(const struct image *im)
{
	struct balance *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	b->looked_ns = b->planned_ns = INT64_MIN / 2;
	b->news = b->planned_news = UINT64_MAX;
	b->spread = spread_new(im->m->nchunks);
	if (b->spread == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void
balance_free(struct balance *b)
{
	if (b == NULL)
		return;
	spread_free(b->spread);
	free(b->nodes);
	free(b->paces);
	free(b);
}

/* --- what the nodes have room for --- */

/* Returns true if the node that announces pi uses the image, or if the image is
 * known here and in use (image.in_use). */
static bool
in_use(const struct images *is, const struct proto_image *pi)
{
	const struct image *im = image_by_id(is, &pi->id);

	return pi->used || (im != NULL && im->in_use);
}

/* Returns the sum of the sizes, in bytes, of the images that the node n keeps
 * and that are in use (`used` is true), or not in use. */
static uint64_t
kept_bytes(const struct images *is, const struct proto_node *n, bool used)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < n->nimages; i++)
		if (!n->images[i].seed && in_use(is, &n->images[i]) == used)
			bytes += n->images[i].size;
	return bytes;
}

uint64_t
balance_share(const struct image *im, uint64_t budget, uint64_t used,
	      uint64_t unused)
{
	uint64_t all = im->in_use ? used : unused;

	if (!im->in_use)
		budget = budget > used ? budget - used : 0;
	if (all <= budget)
		return im->m->size;
	return (double)budget * im->m->size / all;
}

/* Returns how many chunks of the image the node n can keep. */
static uint32_t
room_of(const struct images *is, const struct proto_node *n,
	const struct image *im)
{
	uint64_t share = balance_share(im, n->budget, kept_bytes(is, n, true),
				       kept_bytes(is, n, false));

	return share < im->m->size ? share / im->m->chunk_size : im->m->nchunks;
}

/* Sets passes, fills, swaps and room of a node by its pace.  A node that should
 * have gained chunks and has not (PACE_FAILS) counts as having room only for
 * what it holds. */
static void
judge(struct spread_node *sn, uint32_t nchunks, struct pace *p, int64_t now_ns)
{
	enum pace_state pace = pace_look(p, sn->key, sn->held, now_ns);
	uint32_t held = sn->held != NULL ? bitmap_count(sn->held) : 0;
	bool whole = sn->complete || sn->room == nchunks;

	sn->passes |= !sn->idle && !whole;
	if (pace == PACE_FAILS && held < sn->room && !sn->complete)
		sn->room = held;
	sn->fills = sn->idle && held < sn->room && !sn->complete &&
		    pace != PACE_FAILS && (sn->self || pace == PACE_GAINS);
	sn->swaps = sn->idle && !sn->fills && !whole && pace != PACE_FAILS;
}

static void
add_node(struct balance *b, const struct image *im, const struct images *is,
	 const struct node *n, uint32_t slot, bool idle, int64_t now_ns)
{
	const struct route_node *rn = &im->routes->at[slot];
	const struct proto_image *pi = node_image(n, &im->m->id);
	struct spread_node *sn = &b->nodes[b->n];
	bool self = slot == 0;

	if (!self && (pi == NULL || !n->info.serves))
		return;
	if (self ? im->is_seed : pi->seed) {
		b->seed |= !self && rn->usable;
		return;
	}
	/* without a budget a node holds chunks only for as long as they are
	 * being read */
	if (n->info.budget == 0 && (self || !rn->complete))
		return;
	*sn = (struct spread_node){.key = rn->key,
				   .room = room_of(is, &n->info, im),
				   .slot = slot,
				   .self = self,
				   .idle = self ? idle : !n->info.reads,
				   .passes = !self && !rn->usable,
				   .complete = !self && rn->complete,
				   .held = routes_held(im, slot)};
	judge(sn, im->m->nchunks, &b->paces[slot], now_ns);
	b->copies += sn->complete       ? im->m->nchunks
		     : sn->held != NULL ? bitmap_count(sn->held)
					: 0;
	b->n++;
}

static int
grow(struct balance *b, uint32_t slots)
{
	struct spread_node *nodes;
	struct pace *paces;

	if (slots <= b->capacity)
		return 0;
	nodes = reallocarray(b->nodes, 2 * slots, sizeof *nodes);
	if (nodes == NULL)
		return -1;
	b->nodes = nodes;
	paces = reallocarray(b->paces, 2 * slots, sizeof *paces);
	if (paces == NULL)
		return -1;
	memset(paces + b->capacity, 0,
	       (2 * slots - b->capacity) * sizeof *paces);
	b->paces = paces;
	b->capacity = 2 * slots;
	return 0;
}

/* Lists the nodes that keep chunks of the image.  Their bitmaps belong to
 * im->routes, and are valid only until the routes change. */
static void
list_nodes(struct balance *b, const struct image *im, const struct images *is,
	   const struct cluster *c, bool idle, int64_t now_ns)
{
	b->n = 0;
	b->copies = 0;
	b->seed = false;
	for (uint32_t i = 0; i < cluster_slots(c) && i < im->routes->n; i++) {
		const struct node *n = cluster_at(c, i);

		if (n != NULL)
			add_node(b, im, is, n, i, idle, now_ns);
	}
}

/* Updates b->rate from b->copies and `copies`, the number of chunks that all
 * nodes held at the last count.  A node that joins with a full store, or
 * leaves, must hardly change the rate: many chunks that appear at once count
 * for little, and a loss counts as 0. */
static void
note_rate(struct balance *b, uint64_t copies, int64_t now_ns)
{
	double passed = (now_ns - b->looked_ns) / 1e9;
	double gained = b->copies > copies ? b->copies - copies : 0;

	b->rate += (gained / passed - b->rate) / RATE_LOOKS;
}

static bool
under_way(const struct balance *b, const struct image *im)
{
	for (uint32_t i = 0; i < b->begun; i++)
		if (bitmap_has(im->have, b->swaps[i].get) &&
		    !bitmap_has(im->held, b->swaps[i].get))
			return true;
	return b->begun < b->nswaps;
}

/* Notes which nodes should gain chunks from now on (pace_count_on): those that
 * are idle and have room left, and those to which the plan gives swaps. */
static void
count_on_nodes(struct balance *b, int64_t now_ns)
{
	for (uint32_t i = 0; i < b->n; i++) {
		const struct spread_node *n = &b->nodes[i];
		uint32_t held = n->held != NULL ? bitmap_count(n->held) : 0;
		bool room_left = held < n->room && !n->complete;

		pace_count_on(&b->paces[n->slot],
			      n->planned || (room_left && n->idle), now_ns);
	}
}

/* If this node has carried out its swaps of the last plan, and PLAN_NS have
 * passed, draws up the next one.  If this node does not swap, the plan has no
 * swaps for it. */
static void
plan(struct balance *b, const struct image *im, int64_t now_ns)
{
	bool swaps = b->n > 0 && b->nodes[0].self && b->nodes[0].swaps;

	if (now_ns - b->planned_ns < PLAN_NS || under_way(b, im))
		return;
	b->begun = 0;
	b->nswaps =
	    swaps ? spread_plan(b->spread, b->nodes, b->n, b->swaps, SWAPS) : 0;
	count_on_nodes(b, now_ns);
	b->planned_ns = now_ns;
	b->planned_news = b->news;
}

void
balance_look(struct balance *b, const struct image *im, const struct images *is,
	     const struct cluster *c, bool idle, int64_t now_ns)
{
	uint64_t news = im->routes->news + bitmap_count(im->held), copies;

	if (now_ns - b->looked_ns < (idle ? LOOK_NS : LOOK_READING_NS) ||
	    (news == b->news && news == b->planned_news &&
	     now_ns - b->looked_ns < LOOK_AGAIN_NS) ||
	    grow(b, cluster_slots(c)) == -1)
		return;
	copies = b->copies;
	list_nodes(b, im, is, c, idle, now_ns);
	note_rate(b, copies, now_ns);
	if (spread_look(b->spread, b->nodes, b->n) == -1)
		return;
	b->looked_ns = now_ns;
	b->news = news;
	plan(b, im, now_ns);
}

/* --- what this node does --- */

uint32_t
balance_next(struct balance *b, const struct image *im)
{
	return spread_next(b->spread, im->have, b->seed);
}

uint32_t
balance_swap(struct balance *b, const struct image *im)
{
	while (b->begun < b->nswaps) {
		uint32_t chunk = b->swaps[b->begun++].get;

		if (!bitmap_has(im->have, chunk))
			return chunk;
	}
	return BALANCE_NONE;
}

static const struct spread_swap *
find_swap(const struct balance *b, uint32_t chunk)
{
	for (uint32_t i = 0; i < b->begun; i++)
		if (b->swaps[i].get == chunk)
			return &b->swaps[i];
	return NULL;
}

bool
balance_swaps(const struct balance *b, uint32_t chunk)
{
	return find_swap(b, chunk) != NULL;
}

bool
balance_others_keep(struct balance *b, const struct image *im)
{
	bool others = false;

	for (uint32_t i = 0; i < b->n; i++) {
		struct spread_node *n = &b->nodes[i];
		const struct route_node *rn =
		    n->slot < im->routes->n ? &im->routes->at[n->slot] : NULL;
		bool same = rn != NULL && rn->key == n->key;

		n->held = same ? routes_held(im, n->slot) : NULL;
		n->complete = same && !n->self && rn->complete;
		n->passes |= !same || (!n->self && !rn->usable) ||
			     (rn->small && rn->reads);
		others |= !n->self && !n->passes;
	}
	return others;
}

bool
balance_kept_elsewhere(const struct balance *b, uint32_t chunk)
{
	uint32_t first = spread_first_holder(b->nodes, b->n, chunk);

	return first != SPREAD_NONE && !b->nodes[first].self;
}

bool
balance_held_elsewhere(const struct balance *b, const struct image *im,
		       uint32_t chunk)
{
	for (uint32_t i = 1; i < im->routes->n; i++)
		if (im->routes->at[i].usable && im->routes->at[i].complete)
			return true;
	return balance_kept_elsewhere(b, chunk);
}

uint32_t
balance_drop_for(struct balance *b, const struct image *im, uint32_t chunk)
{
	const struct spread_swap *w = find_swap(b, chunk);

	if (w == NULL || !bitmap_has(im->held, w->drop) ||
	    spread_others(b->spread, w->drop) <=
		spread_others(b->spread, chunk) ||
	    !balance_others_keep(b, im) || !balance_kept_elsewhere(b, w->drop))
		return BALANCE_NONE;
	return w->drop;
}

bool
balance_keeps(struct balance *b, uint32_t chunk)
{
	return spread_rank(b->spread, chunk) * 256 < spread_level(b->spread);
}

void
balance_count(const struct balance *b, const struct image *im,
	      struct balance_census *census)
{
	const struct bitmap *own = im->is_seed ? NULL : im->held;
	uint32_t can;

	*census = (struct balance_census){
	    .level = spread_level(b->spread),
	    .nodes = b->n,
	    .seed = b->seed || im->is_seed,
	};
	census->least =
	    spread_census(b->spread, own, census->chunks, BALANCE_MOST);
	census->rate = b->rate * im->m->chunk_size;
	can = census->level / 256;
	for (uint32_t k = 0; k < can && k < BALANCE_MOST; k++)
		census->short_bytes +=
		    (uint64_t)(can - k) * census->chunks[k] * im->m->chunk_size;
}
