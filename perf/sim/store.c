/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Keeps a store within its budget, as router/want/keeper.c does. */
#include "perf/sim/sim.h"
#include "router/policy/evict.h"
#include "router/policy/random.h"

#define CANDIDATES 48
#define OLDEST 8

static struct fill_state
state(const struct node *n)
{
	return (struct fill_state){.trees = n->trees,
				   .nodes = view,
				   .nnodes = nnodes,
				   .nchunks = opt.nchunks,
				   .copies = opt.copies > 0 ? opt.copies : 3};
}

static uint32_t
oldest(const struct node *n, struct evict_candidate *c)
{
	uint32_t i, at = lru_oldest(n->passing);

	for (i = 0; i < OLDEST && at != LRU_NONE; i++) {
		c[i] = (struct evict_candidate){at, i};
		at = lru_next(n->passing, at);
	}
	return i;
}

/* Writes to c random ones of the chunks that the node keeps, as candidates to
 * be dropped.  Returns how many. */
static uint32_t
sample(struct node *n, struct evict_candidate *c)
{
	uint32_t i, k = 0, at;

	for (i = 0; i < 4 * CANDIDATES && k < CANDIDATES; i++) {
		at = random_below(&n->random, opt.nchunks);
		at = bitmap_next(n->held, at);
		if (at == opt.nchunks)
			at = bitmap_next(n->held, 0);
		if (!lru_has(n->passing, at))
			c[k++] = (struct evict_candidate){at, at};
	}
	return k;
}

static void
drop_one(struct node *n)
{
	struct evict_candidate c[CANDIDATES];
	struct fill_state f = state(n);
	uint32_t chunk = EVICT_NONE;

	view[n->number].self = true;
	if (lru_count(n->passing) <= evict_reserve(opt.budget))
		chunk = evict_choose(&f, c, sample(n, c), true);
	if (chunk == EVICT_NONE)
		chunk = evict_choose(&f, c, oldest(n, c), true);
	view[n->number].self = false;
	bitmap_remove(n->held, chunk);
	lru_remove(n->passing, chunk);
	view_held(n, chunk, false);
	totals.evicted++;
}

/* Prepares a node's store: drops random chunks of the copies that were spread
 * beforehand until the budget, less its reserve, is met. */
void
store_begin(struct node *n)
{
	uint32_t room = opt.budget - evict_reserve(opt.budget), at;

	n->passing = must(lru_new(opt.nchunks));
	while (bitmap_count(n->held) > room) {
		at = random_below(&n->random, opt.nchunks);
		at = bitmap_next(n->held, at);
		if (at < opt.nchunks) {
			bitmap_remove(n->held, at);
			view_said(n, at, false);
		}
	}
}

void
store_kept(struct node *n, uint32_t chunk)
{
	struct fill_state f = state(n);
	uint32_t kept = bitmap_count(n->held) - lru_count(n->passing);
	bool passes;

	view[n->number].self = true;
	passes = evict_passes(&f, chunk, opt.budget, kept, true);
	view[n->number].self = false;
	if (passes)
		lru_add(n->passing, chunk);
	while (bitmap_count(n->held) > opt.budget)
		drop_one(n);
}

void
store_read(struct node *n, uint32_t chunk)
{
	if (opt.budget > 0 && lru_has(n->passing, chunk))
		lru_add(n->passing, chunk);
}

uint32_t
store_window(const struct node *n)
{
	uint32_t kept, window;

	if (opt.budget == 0)
		return opt.window;
	kept = bitmap_count(n->held) - lru_count(n->passing);
	window = evict_window(opt.budget, kept);
	return window < opt.window ? window : opt.window;
}
