/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/keeper.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/backoff.h"
#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"
#include "router/image/left.h"
#include "router/policy/evict.h"
#include "router/policy/fill.h"
#include "router/want/victim.h"

/* time between two ticks; arbitrary: less would mean more wake-ups */
#define TICK_NS 50000000LL
/* after so long without a read, filling goes on */
#define QUIET_NS 500000000LL
/* If reading began less than LATELY_NS ago, after a pause of PAUSE_NS, filling
 * goes on only after this time without a read.  Most likely a machine or a
 * program is starting: it computes for longer between its reads, and filling
 * would take processor and link away from it. */
#define QUIET_START_NS 3000000000LL
/* time from the router's start before it fills, if nothing was read yet */
#define QUIET_FIRST_NS 2000000000LL
#define LATELY_NS 60000000000LL
#define PAUSE_NS 10000000000LL
/* how many chunks are asked for at once, if nodes that hold them are asked */
#define FILL_AT_ONCE 8
/* how many chunks are asked for at once by the trees, where each takes
 * longer */
#define FILL_IN_TREES 64
/* How many chunks are asked for at once while other nodes read, since more
 * background fetches would slow these down, or while the disk refuses
 * chunks. */
#define FILL_BESIDE 1
/* pause from a search that has found nothing to fill until the next search */
#define REST_NS 1000000000LL
/* most chunks that are dropped in one call, since readers wait */
#define DROPS 64

/* Pauses before a chunk is written again to a disk that has refused one.
 * Arbitrary: each try that fails costs the transfer of a chunk. */
static const struct backoff_range pauses_ns = {10000000000LL, 600000000000LL,
					       false};

struct keeper {
	struct keeper_setup of;
	const struct limits *limits;
	struct loop_timer tick;
	uint64_t rng;
	/* bytes that the stores held when the disk was full; the budget is
	 * taken to be no more than these */
	uint64_t room;
	/* bytes that the stores held when the disk last refused a chunk */
	uint64_t had;
	/* when a disk that has refused a chunk is tried again */
	int64_t retry_ns;
	struct backoff backoff;
	/* the disk has refused a chunk, and taken none since */
	bool refuses;
	/* when reading last began after a pause; 0: nothing was read yet */
	int64_t began_ns;
	/* when the last read was noted; before the first, when the router
	 * started */
	int64_t last_ns;
	uint64_t evictions;
};

/* The keeper's part of an image (image.keeping). */
struct keeping {
	struct balance *balance;
	uint32_t cursor;
	bool filled; /* the last search found nothing left to fill */
};

static bool
refused_lately(const struct keeper *k)
{
	return loop_now_ns(k->of.loop) < k->retry_ns;
}

static uint64_t
limit(const struct keeper *k)
{
	return refused_lately(k) && k->room < k->limits->budget
		   ? k->room
		   : k->limits->budget;
}

/* If the disk is full, the budget becomes what the stores hold now.  If it
 * fails otherwise, the budget stays, since dropping chunks would not help. */
void
keeper_refused(struct keeper *k, int error)
{
	bool is_full = error == ENOSPC || error == EDQUOT;

	if (is_full && left_drop(k->of.left, true))
		return;
	k->had = images_bytes(k->of.images);
	k->room = is_full ? k->had : UINT64_MAX;
	if (!refused_lately(k))
		k->retry_ns = loop_now_ns(k->of.loop) +
			      backoff_next(&k->backoff, &pauses_ns);
	k->refuses = true;
}

static struct fill_state
fill_view(const struct keeper *k, const struct image *im)
{
	return (struct fill_state){
	    .trees = im->routes->trees,
	    .nodes = im->routes->at,
	    .nnodes = im->routes->n,
	    .have = im->have,
	    .nchunks = im->m->nchunks,
	    .copies = k->limits->copies,
	    .cursor = im->keeping->cursor,
	    .rng = k->rng,
	};
}

/* Returns how many bytes of `budget` are for the image. */
static uint64_t
share(const struct keeper *k, const struct image *im, uint64_t budget)
{
	uint64_t used = 0, unused = 0;
	const struct image *i;

	IMAGES_FOREACH (i, k->of.images)
		if (!i->is_seed)
			*(i->in_use ? &used : &unused) += i->m->size;
	return balance_share(im, budget, used, unused);
}

/* Returns how many chunks of the image fit into its share of the budget. */
static uint32_t
room(const struct keeper *k, const struct image *im)
{
	uint64_t chunks = share(k, im, limit(k)) / im->m->chunk_size;

	return chunks < im->m->nchunks ? chunks : im->m->nchunks;
}

/* Returns how many chunks of the image are held to be kept, and do not merely
 * pass. */
static uint32_t
kept(const struct image *im)
{
	return bitmap_count(im->held) - lru_count(im->passing);
}

static void
drop(struct keeper *k, struct image *im, uint32_t chunk)
{
	image_drop(im, chunk);
	im->keeping->filled = false;
	k->evictions++;
}

/* Drops a chunk of the image; must: even the last copy of a chunk may be
 * dropped.  Returns false if no chunk may be dropped. */
static bool
drop_one(struct keeper *k, struct image *im, bool must)
{
	struct fill_state f = fill_view(k, im);
	uint32_t chunk;

	if (bitmap_count(im->held) == 0 || image_bytes(im) == 0)
		return false;
	chunk = victim_choose(im, im->keeping->balance, &f,
			      evict_reserve(room(k, im)), must);
	k->rng = f.rng;
	if (chunk == EVICT_NONE)
		return false;
	drop(k, im, chunk);
	return true;
}

/* Returns by how many bytes the image's store exceeds its share of the
 * budget. */
static int64_t
excess(const struct keeper *k, const struct image *im)
{
	return image_bytes(im) - share(k, im, k->limits->budget);
}

/* Drops a chunk: of an image that is not in use; if none can be dropped there,
 * of the image that exceeds its share most; if none there either, of any.
 * Returns false if no chunk may be dropped. */
static bool
drop_any(struct keeper *k)
{
	struct images *is = k->of.images;
	struct image *im, *most = images_first(is);

	IMAGES_FOREACH (im, is)
		if (!im->in_use && drop_one(k, im, true))
			return true;
	IMAGES_FOREACH (im, is)
		if (im != most && excess(k, im) > excess(k, most))
			most = im;
	if (most != NULL && drop_one(k, most, false))
		return true;
	IMAGES_FOREACH (im, is)
		if (im != most && drop_one(k, im, false))
			return true;
	return false;
}

static uint64_t
bytes_kept(const struct keeper *k)
{
	return images_bytes(k->of.images) + left_bytes(k->of.left);
}

/* Makes room for `bytes` more bytes within the budget: first removes left
 * stores (left.h), then drops chunks.  Returns false if not enough may be
 * dropped. */
static bool
make_room(struct keeper *k, uint32_t bytes)
{
	for (unsigned i = 0; bytes_kept(k) + bytes > limit(k); i++)
		if (i == DROPS ||
		    (!left_drop(k->of.left, false) && !drop_any(k)))
			return images_bytes(k->of.images) + bytes <= limit(k);
	return true;
}

static void
look_at_reads(struct keeper *k)
{
	int64_t last = cluster_last_read_ns(k->of.cluster);

	if (last <= k->last_ns)
		return;
	if (k->began_ns == 0 || last - k->last_ns > PAUSE_NS)
		k->began_ns = last;
	k->last_ns = last;
}

static bool
is_quiet(struct keeper *k)
{
	int64_t now = loop_now_ns(k->of.loop);
	bool starts;

	look_at_reads(k);
	if (k->began_ns == 0)
		return now - k->last_ns > QUIET_FIRST_NS;
	starts = now - k->began_ns < LATELY_NS;
	return now - k->last_ns > (starts ? QUIET_START_NS : QUIET_NS);
}

static uint64_t
passing_bytes(const struct image *im)
{
	uint64_t bytes = (uint64_t)lru_count(im->passing) * im->m->chunk_size;
	uint64_t all = image_bytes(im);

	return bytes < all ? bytes : all; /* the last chunk may be short */
}

uint32_t
keeper_window(const struct keeper *k, const struct image *im)
{
	uint64_t room = limit(k) / im->m->chunk_size;
	uint64_t window = k->limits->window, bytes;

	if (room > im->m->nchunks + 3 * window)
		return window;
	bytes = images_bytes(k->of.images) - passing_bytes(im);
	return evict_window(room, bytes / im->m->chunk_size);
}

static bool
budget_is_whole(const struct keeper *k, const struct image *im)
{
	return share(k, im, k->limits->budget) >= im->m->size;
}

/* Returns true if a chunk that has arrived is to be held only until newer ones
 * have passed.  A store without room for all of the image keeps chunks up to
 * its reserve for passing ones, or up to half of its room while somebody
 * reads. */
static bool
does_pass(struct keeper *k, struct image *im, uint32_t chunk)
{
	struct fill_state f = fill_view(k, im);
	uint32_t all = room(k, im), most = all - evict_reserve(all);
	bool reads = !is_quiet(k);

	if (budget_is_whole(k, im))
		return evict_passes(&f, chunk, all, kept(im), reads);
	return kept(im) >= (reads ? all / 2 : most) ||
	       !balance_keeps(im->keeping->balance, chunk);
}

/* Makes room for a chunk that was copied for a swap, by dropping the chunk that
 * the swap gives up.  Returns false if that one must not be dropped any
 * more. */
static bool
admit_swap(struct keeper *k, struct image *im, uint32_t chunk, bool *passes)
{
	uint32_t other = balance_drop_for(im->keeping->balance, im, chunk);

	if (other == BALANCE_NONE || !victim_may_be(im, other))
		return false;
	*passes = lru_has(im->passing, other);
	drop(k, im, other);
	return true;
}

bool
keeper_admit(struct keeper *k, struct image *im, uint32_t chunk, bool *passes)
{
	uint32_t bytes = manifest_chunk_len(im->m, chunk);

	*passes = does_pass(k, im, chunk);
	if (balance_swaps(im->keeping->balance, chunk) &&
	    !admit_swap(k, im, chunk, passes))
		return images_bytes(k->of.images) + bytes <= limit(k);
	return make_room(k, bytes);
}

static bool
has_room(const struct keeper *k, const struct image *im)
{
	uint64_t part = share(k, im, k->limits->budget), soon;

	soon = bitmap_count(im->coming) + image_keeps_soon(im) + 1;
	return part >= im->m->size ||
	       image_bytes(im) + soon * im->m->chunk_size <= part;
}

/* For an image that fits completely into its share of the store: returns the
 * next chunk to copy; FILL_NONE: there is none now.  All nodes that have room
 * for the whole image copy the same chunks, and ask for them by the trees. */
static uint32_t
next_of_all(struct keeper *k, struct image *im)
{
	struct keeping *kp = im->keeping;
	bool wrapped = false;
	struct fill_state f;
	uint32_t chunk;

	routes_refresh(im);
	f = fill_view(k, im);
	chunk = fill_next(&f, &wrapped);
	kp->cursor = f.cursor;
	k->rng = f.rng;
	kp->filled = chunk == FILL_NONE && wrapped;
	return chunk;
}

static void
look(struct keeper *k, struct image *im)
{
	balance_look(im->keeping->balance, im, k->of.images, k->of.cluster,
		     is_quiet(k), loop_now_ns(k->of.loop));
}

/* For an image of which only a part fits into its share: returns the next chunk
 * to copy; BALANCE_NONE: there is none now. */
static uint32_t
next_of_parts(struct keeper *k, struct image *im)
{
	struct keeping *kp = im->keeping;
	uint32_t chunk;

	look(k, im);
	chunk = has_room(k, im) ? balance_next(kp->balance, im)
				: balance_swap(kp->balance, im);
	kp->filled = chunk == BALANCE_NONE;
	return chunk;
}

static bool
fill_one(struct keeper *k, struct image *im)
{
	bool whole = budget_is_whole(k, im);
	uint32_t chunk = FILL_NONE;

	if (refused_lately(k) || (k->refuses && !has_room(k, im)))
		im->keeping->filled = true;
	else
		chunk = whole ? next_of_all(k, im) : next_of_parts(k, im);
	return chunk != FILL_NONE &&
	       fetch_want(k->of.fetches, im, chunk,
			  whole ? FETCH_FILL : FETCH_KEEP) != NULL;
}

/* Returns how many background fetches may run at once: most of all if chunks
 * come by the trees, since then all nodes copy the same chunks. */
static uint32_t
at_once(const struct keeper *k, struct image *im)
{
	routes_refresh(im);
	if (im->routes->line.others > 0 || k->refuses)
		return FILL_BESIDE;
	return budget_is_whole(k, im) && route_crowd(im->routes->trees) > 1
		   ? FILL_IN_TREES
		   : FILL_AT_ONCE;
}

static bool
is_filled(const struct image *im)
{
	return im->keeping->filled || bitmap_count(im->held) == im->m->nchunks;
}

/* Starts background fetches for the images that are in use (`in_use` is true),
 * or for those that are not.  Returns false if one of these images is not
 * filled yet. */
static bool
fill_those(struct keeper *k, bool in_use)
{
	struct image *im;
	bool done = true;

	IMAGES_FOREACH (im, k->of.images) {
		if (im->in_use != in_use || is_filled(im))
			continue;
		while (fetch_background(k->of.fetches) < at_once(k, im))
			if (!fill_one(k, im))
				break;
		done &= im->keeping->filled;
	}
	return done;
}

static void
fill_some(struct keeper *k)
{
	if (fill_those(k, true))
		fill_those(k, false);
}

static bool
fills(const struct keeper *k)
{
	return !k->limits->direct && !k->limits->no_fill;
}

/* If nobody reads, starts the next background fetch at once, not at the next
 * tick. */
void
keeper_fetched(struct keeper *k)
{
	if (fills(k) && is_quiet(k))
		fill_some(k);
}

static bool
all_filled(const struct keeper *k)
{
	const struct image *im;

	if (!fills(k))
		return true;
	IMAGES_FOREACH (im, k->of.images)
		if (!is_filled(im))
			return false;
	return true;
}

/* Announces how many bytes this node can keep, on which other nodes count: 0 if
 * it does not fill; if the disk is full, no more than it holds now.  A disk
 * that has refused a chunk is tried again now and then with one chunk, and
 * counts as full until it has taken more. */
static void
announce_budget(struct keeper *k)
{
	uint64_t budget = k->limits->budget;

	if (k->refuses && images_bytes(k->of.images) > k->had) {
		k->refuses = false;
		backoff_reset(&k->backoff);
	}
	if (k->refuses && k->room < budget)
		budget = k->room;
	if (!fills(k))
		budget = 0;
	cluster_self_budget(k->of.cluster, budget);
}

/* Starts background fetches for all images.  When all images are filled,
 * searches anew after REST_NS, since a chunk that no node had may have
 * appeared. */
static void
on_tick(void *ctx)
{
	struct keeper *k = ctx;
	int64_t now = loop_now_ns(k->of.loop);
	uint64_t evictions = k->evictions;
	struct image *im;

	images_look_over(k->of.images);
	/* the store may exceed the budget, if an earlier run had a larger
	 * one */
	make_room(k, 0);
	announce_budget(k);
	IMAGES_FOREACH (im, k->of.images)
		look(k, im);
	keeper_fetched(k);
	fetch_pump(k->of.fetches);
	if (!all_filled(k) || k->evictions != evictions) {
		loop_timer_set(k->of.loop, &k->tick, now + TICK_NS);
		return;
	}
	IMAGES_FOREACH (im, k->of.images)
		im->keeping->filled = false;
	loop_timer_set(k->of.loop, &k->tick, now + REST_NS);
}

void
keeper_census(const struct image *im, struct balance_census *census)
{
	balance_count(im->keeping->balance, im, census);
}

uint64_t
keeper_evictions(const struct keeper *k)
{
	return k->evictions;
}

int
keeper_image_opened(struct image *im)
{
	im->keeping = calloc(1, sizeof *im->keeping);
	if (im->keeping == NULL)
		return -1;
	im->keeping->balance = balance_new(im);
	return im->keeping->balance != NULL ? 0 : -1;
}

void
keeper_image_closed(struct image *im)
{
	if (im->keeping == NULL)
		return;
	balance_free(im->keeping->balance);
	free(im->keeping);
	im->keeping = NULL;
}

struct keeper *
keeper_new(const struct keeper_setup *s)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->of = *s;
	k->limits = s->limits;
	k->last_ns = clock_now_ns();
	k->rng = (uint64_t)k->last_ns | 1;
	k->tick.fire = on_tick;
	k->tick.ctx = k;
	loop_timer_set(s->loop, &k->tick, k->last_ns + TICK_NS);
	return k;
}

void
keeper_free(struct keeper *k)
{
	if (k == NULL)
		return;
	loop_timer_cancel(k->of.loop, &k->tick);
	free(k);
}
