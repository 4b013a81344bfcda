/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/keeper.h"

#include <errno.h>
#include <stdlib.h>

#include "router/cluster/cluster.h"
#include "router/fetch/fetch.h"
#include "router/policy/fill.h"
#include "router/image/image.h"
#include "router/policy/random.h"
#include "router/want/reads.h"
#include "router/router.h"

#define TICK_NS 50000000LL
#define QUIET_NS 500000000LL /* without a read, before filling goes on */
/* A reader that has begun lately, after a long pause, is most likely a machine
 * or a program that starts: it thinks for longer between its reads, and what is
 * filled then takes its processor and its link. */
#define QUIET_START_NS 3000000000LL
#define QUIET_FIRST_NS 2000000000LL /* until anybody reads, from our start */
#define LATELY_NS 60000000000LL
#define PAUSE_NS 10000000000LL
#define FILL_AT_ONCE 8       /* chunks, from those that hold them */
#define FILL_IN_TREES 64     /* they are on their way for longer */
#define FILL_BESIDE 1        /* while others read: it would slow them */
#define REST_NS 1000000000LL /* after a search that found nothing */
#define CANDIDATES 48
#define OLDEST 8
#define RUN 12                /* of those from one place */
#define DROPS 64              /* at once: others wait meanwhile */
#define FULL_NS 10000000000LL /* until a full medium is tried again */

struct keeper {
	struct router *r;
	struct loop_timer tick;
	uint64_t rng;
	uint64_t room;    /* bytes: the medium took no more; */
	int64_t retry_ns; /* until then */
	int64_t began_ns; /* when reads did, after a pause; 0: never */
	int64_t last_ns; /* of the last read that was looked at, or our start */
};

uint64_t
keeper_used(const struct router *r)
{
	uint64_t bytes = 0;

	for (const struct image *im = r->images; im != NULL; im = im->next)
		bytes += store_bytes(im->store);
	return bytes;
}

static bool
put_failed_lately(const struct router *r)
{
	return loop_now_ns(r->loop) < r->keeper->retry_ns;
}

static uint64_t
limit(const struct router *r)
{
	const struct keeper *k = r->keeper;

	return put_failed_lately(r) && k->room < r->budget ? k->room
							   : r->budget;
}

/* Where it is not for want of room, dropping chunks would not help. */
void
keeper_put_failed(struct router *r, int error)
{
	struct keeper *k = r->keeper;

	k->room =
	    error == ENOSPC || error == EDQUOT ? keeper_used(r) : UINT64_MAX;
	k->retry_ns = loop_now_ns(r->loop) + FULL_NS;
}

static struct fill_state
fill_view(const struct image *im)
{
	return (struct fill_state){
	    .trees = im->trees,
	    .nodes = im->route,
	    .nnodes = cluster_slots(im->router),
	    .have = im->have,
	    .nchunks = im->m->nchunks,
	    .copies = im->router->cfg.copies,
	    .cursor = im->fill_cursor,
	    .rng = im->router->keeper->rng,
	};
}

static bool
keeps(const struct image *im, uint32_t chunk)
{
	return route_keeps(im->trees, im->route, cluster_slots(im->router),
			   chunk, im->router->cfg.copies);
}

/* Chunks of this image that would fit into all of the store. */
static uint32_t
room(const struct image *im)
{
	uint64_t chunks = limit(im->router) / im->m->chunk_size;

	return chunks < im->m->nchunks ? chunks : im->m->nchunks;
}

/* Chunks that are held, and do not merely pass. */
static uint32_t
kept(const struct image *im)
{
	return bitmap_count(im->held) - recent_count(im->passing);
}

static bool
may_drop(const struct image *im, uint32_t chunk)
{
	return im->pins[chunk] == 0 && !store_in_base(im->store, chunk);
}

/* Of what passes, in that order. */
static uint32_t
oldest(const struct image *im, struct fill_candidate *c)
{
	uint32_t n = 0, at = recent_oldest(im->passing);

	for (; at != RECENT_NONE && n < OLDEST;
	     at = recent_next(im->passing, at))
		if (may_drop(im, at))
			c[n++] = (struct fill_candidate){at, im->used[at]};
	return n;
}

/* Of what is kept: runs of chunks from random places; all that is held in turn
 * where that is few, so that wherever in a large image it lies, some of it is
 * found.  What need not be kept any more passes from now on. */
static uint32_t
sample(struct keeper *k, struct image *im, struct fill_candidate *c)
{
	uint32_t n = 0, at = 0, end = im->m->nchunks;

	for (unsigned i = 0; i < 4 * CANDIDATES && n < CANDIDATES; i++) {
		uint32_t from = random_below(&k->rng, end);

		if (i % RUN == 0 && bitmap_next(im->held, from) < end)
			at = bitmap_next(im->held, from);
		else
			at = bitmap_next(im->held, at + 1);
		if (at == end)
			at = bitmap_next(im->held, 0);
		if (!may_drop(im, at) || recent_has(im->passing, at))
			continue;
		c[n++] = (struct fill_candidate){at, im->used[at]};
		if (!keeps(im, at))
			recent_add(im->passing, at);
	}
	return n;
}

/* must: the last copy too. */
static bool
drop_one(struct router *r, struct image *im, bool must)
{
	struct fill_candidate c[CANDIDATES];
	struct fill_state f = fill_view(im);
	uint32_t chunk = FILL_NONE;

	if (bitmap_count(im->held) == 0 || store_bytes(im->store) == 0)
		return false;
	if (recent_count(im->passing) >= fill_reserve(room(im)))
		chunk = fill_evict(&f, c, oldest(im, c), must);
	if (chunk == FILL_NONE)
		chunk = fill_evict(&f, c, sample(r->keeper, im, c), must);
	if (chunk == FILL_NONE)
		chunk = fill_evict(&f, c, oldest(im, c), must);
	if (chunk == FILL_NONE)
		return false;
	image_drop(im, chunk);
	r->count.evictions++;
	return true;
}

/* Of one that nobody uses, else of the image that takes most, or of any. */
static bool
drop_any(struct router *r)
{
	struct image *im, *most = r->images;

	for (im = r->images; im != NULL; im = im->next)
		if (!im->in_use && drop_one(r, im, true))
			return true;
	for (im = r->images; im != NULL; im = im->next)
		if (store_bytes(im->store) > store_bytes(most->store))
			most = im;
	if (most != NULL && drop_one(r, most, false))
		return true;
	for (im = r->images; im != NULL; im = im->next)
		if (im != most && drop_one(r, im, false))
			return true;
	return false;
}

/* Room for `bytes` more within the budget, dropping chunks if need be.  False:
 * what could be dropped must not be. */
static bool
make_room(struct router *r, uint32_t bytes)
{
	for (unsigned i = 0; keeper_used(r) + bytes > limit(r); i++)
		if (i == DROPS || !drop_any(r))
			return false;
	return true;
}

static void
look_at_reads(struct keeper *k)
{
	int64_t last = reads_last_ns(k->r);

	if (last <= k->last_ns)
		return;
	if (k->began_ns == 0 || last - k->last_ns > PAUSE_NS)
		k->began_ns = last;
	k->last_ns = last;
}

static bool
is_quiet(struct keeper *k)
{
	int64_t now = loop_now_ns(k->r->loop);
	bool starts;

	look_at_reads(k);
	if (k->began_ns == 0)
		return now - k->last_ns > QUIET_FIRST_NS;
	starts = now - k->began_ns < LATELY_NS;
	return now - k->last_ns > (starts ? QUIET_START_NS : QUIET_NS);
}

bool
keeper_admit(struct image *im, uint32_t chunk, bool *passes)
{
	struct router *r = im->router;
	struct fill_state f = fill_view(im);

	*passes =
	    fill_passes(&f, chunk, room(im), kept(im), !is_quiet(r->keeper));
	return make_room(r, manifest_chunk_len(im->m, chunk));
}

static uint64_t
passing_bytes(const struct image *im)
{
	uint64_t bytes =
	    (uint64_t)recent_count(im->passing) * im->m->chunk_size;
	uint64_t all = store_bytes(im->store);

	return bytes < all ? bytes : all; /* the last one may be short */
}

uint32_t
keeper_window(const struct image *im)
{
	const struct router *r = im->router;
	uint64_t bytes = keeper_used(r) - passing_bytes(im);

	if (limit(r) / im->m->chunk_size > im->m->nchunks + 3 * r->cfg.window)
		return r->cfg.window;
	return fill_window(limit(r) / im->m->chunk_size,
			   bytes / im->m->chunk_size);
}

/* One that is in use takes the room of those that are not. */
static bool
counts(const struct image *im, const struct image *beside)
{
	return beside->in_use || !im->in_use;
}

static bool
budget_is_whole(const struct router *r, const struct image *im)
{
	uint64_t bytes = 0;

	for (const struct image *i = r->images; i != NULL; i = i->next)
		if (!i->is_seed && counts(im, i))
			bytes += i->m->size;
	return bytes <= r->budget;
}

static bool
has_room(const struct router *r, const struct image *im)
{
	bool whole = budget_is_whole(r, im);
	uint64_t chunks = 1 + fetch_background(r) + (im->unkept != NULL);
	uint64_t bytes;

	if (!whole)
		chunks += fill_reserve(room(im));
	bytes = chunks * im->m->chunk_size;
	for (const struct image *i = r->images; i != NULL; i = i->next)
		if (counts(im, i))
			bytes += store_bytes(i->store) -
				 (whole ? 0 : passing_bytes(i));
	return bytes <= r->budget;
}

/* What passed while somebody read, and should be kept. */
static void
keep_what_passes(struct image *im)
{
	uint32_t most = room(im) - fill_reserve(room(im)), at, next;

	for (at = recent_oldest(im->passing);
	     at != RECENT_NONE && kept(im) < most; at = next) {
		next = recent_next(im->passing, at);
		if (keeps(im, at))
			recent_remove(im->passing, at);
	}
}

/* A chunk that would only push out another is not worth fetching. */
static bool
fill_one(struct router *r, struct image *im)
{
	struct fill_state f = fill_view(im);
	bool wrapped = false;
	uint32_t chunk;

	if (put_failed_lately(r) || !has_room(r, im)) {
		im->filled = true;
		return false;
	}
	cluster_refresh(r, im);
	f.trees = im->trees;
	chunk = fill_next(&f, budget_is_whole(r, im), &wrapped);
	im->fill_cursor = f.cursor;
	r->keeper->rng = f.rng;
	if (chunk == FILL_NONE) {
		if (wrapped)
			keep_what_passes(im);
		im->filled = wrapped;
		return false;
	}
	return fetch_want(im, chunk, FETCH_FILL) != NULL;
}

/* Where others fetch the same, or will, chunks come by way of them. */
static uint32_t
at_once(struct router *r, struct image *im)
{
	cluster_refresh(r, im);
	if (im->line.others > 0)
		return FILL_BESIDE;
	return budget_is_whole(r, im) && route_crowd(im->trees) > 1
		   ? FILL_IN_TREES
		   : FILL_AT_ONCE;
}

/* False: there is something left to do, though not now. */
static bool
fill_those(struct router *r, bool in_use)
{
	bool done = true;

	for (struct image *im = r->images; im != NULL; im = im->next) {
		if (im->in_use != in_use || im->filled ||
		    bitmap_count(im->held) == im->m->nchunks)
			continue;
		while (fetch_background(r) < at_once(r, im))
			if (!fill_one(r, im))
				break;
		done &= im->filled;
	}
	return done;
}

static void
fill_some(struct router *r)
{
	if (fill_those(r, true))
		fill_those(r, false);
}

static bool
fills(const struct router *r)
{
	return !r->cfg.direct && !r->cfg.no_fill;
}

/* While nobody reads, a finished chunk makes place for the next at once. */
void
keeper_fetched(struct router *r)
{
	if (fills(r) && is_quiet(r->keeper))
		fill_some(r);
}

static bool
all_filled(const struct router *r)
{
	if (!fills(r))
		return true;
	for (const struct image *im = r->images; im != NULL; im = im->next)
		if (!im->filled && bitmap_count(im->held) != im->m->nchunks)
			return false;
	return true;
}

/* What was nowhere to be had may be there when it is looked for again. */
static void
on_tick(void *ctx)
{
	struct keeper *k = ctx;
	struct router *r = k->r;
	int64_t now = loop_now_ns(r->loop);
	uint64_t evictions = r->count.evictions;

	for (struct image *im = r->images; im != NULL; im = im->next)
		image_look_over(im);
	/* an earlier run may have had a larger budget */
	make_room(r, 0);
	keeper_fetched(r);
	fetch_pump(r);
	if (!all_filled(r) || r->count.evictions != evictions) {
		loop_timer_set(r->loop, &k->tick, now + TICK_NS);
		return;
	}
	for (struct image *im = r->images; im != NULL; im = im->next)
		im->filled = false;
	loop_timer_set(r->loop, &k->tick, now + REST_NS);
}

struct keeper *
keeper_new(struct router *r)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->r = r;
	k->last_ns = clock_now_ns();
	k->rng = (uint64_t)k->last_ns | 1;
	k->tick.fire = on_tick;
	k->tick.ctx = k;
	loop_timer_set(r->loop, &k->tick, k->last_ns + TICK_NS);
	return k;
}

void
keeper_free(struct keeper *k)
{
	if (k == NULL)
		return;
	loop_timer_cancel(k->r->loop, &k->tick);
	free(k);
}
