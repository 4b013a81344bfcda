/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/fetch/fetch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "lib/backoff.h"
#include "router/cluster/cluster.h"
#include "router/fetch/fetch_inside.h"
#include "router/image/image.h"

#define TICK_NS 10000000LL
#define TRIM_NS 1000000000LL
/* Pauses before nodes that were asked in vain are asked again.  Arbitrary: the
 * first pause is hardly noticed, and if no node has the chunk, all are asked
 * once a second. */
static const struct backoff_range pauses_ns = {.least = 20000000LL,
					       .most = 1000000000LL};

static struct list *
list_of(struct fetches *fs, const struct fetch *f)
{
	switch (f->state) {
	case FETCH_QUEUED:
		return &fs->queued[f->urgency];
	case FETCH_ASKED:
		return &fs->asked;
	default:
		return &fs->stalled;
	}
}

void
fetch_move(struct fetches *fs, struct fetch *f, enum fetch_state state)
{
	TAILQ_REMOVE(list_of(fs, f), f, entry);
	f->state = state;
	TAILQ_INSERT_TAIL(list_of(fs, f), f, entry);
}

void
fetch_again(struct fetches *fs, struct fetch *f)
{
	TAILQ_REMOVE(list_of(fs, f), f, entry);
	f->state = FETCH_QUEUED;
	TAILQ_INSERT_HEAD(&fs->queued[f->urgency], f, entry);
}

void
fetch_tick_later(struct fetches *fs)
{
	int64_t now = loop_now_ns(fs->of.loop);

	if (fs->tick.slot == 0)
		loop_timer_set(fs->of.loop, &fs->tick, now + TICK_NS);
	if (fs->trim.slot == 0)
		loop_timer_set(fs->of.loop, &fs->trim, now + TRIM_NS);
}

static void
on_trim(void *ctx)
{
	struct fetches *fs = ctx;

	if (images_trim(fs->of.images))
		loop_timer_set(fs->of.loop, &fs->trim,
			       loop_now_ns(fs->of.loop) + TRIM_NS);
}

bool
fetch_is_background(enum fetch_urgency urgency)
{
	return urgency >= FETCH_FILL;
}

void
fetch_count_background(struct fetches *fs, int more)
{
	fs->background += more;
	cluster_self_copies(fs->of.cluster, fs->background > 0);
}

struct fetch *
fetch_want(struct fetches *fs, struct image *im, uint32_t chunk,
	   enum fetch_urgency urgency)
{
	struct fetch *f = im->fetching[chunk];

	if (f != NULL) {
		if (urgency >= f->urgency)
			return f;
		if (fetch_is_background(f->urgency) &&
		    !fetch_is_background(urgency))
			fetch_count_background(fs, -1);
		TAILQ_REMOVE(list_of(fs, f), f, entry);
		f->urgency = urgency;
		TAILQ_INSERT_TAIL(list_of(fs, f), f, entry);
		return f;
	}
	f = pool_get_zeroed(&fs->fetch_pool);
	if (f == NULL)
		return NULL;
	f->image = im;
	f->chunk = chunk;
	f->urgency = urgency;
	if (fetch_is_background(urgency))
		fetch_count_background(fs, 1);
	im->fetching[chunk] = f;
	image_expect(im, chunk);
	fetch_tick_later(fs);
	TAILQ_INSERT_TAIL(&fs->queued[urgency], f, entry);
	return f;
}

void
fetch_wait(struct fetch *f, struct wait *w)
{
	w->fetch = f;
	w->chunk = f->chunk;
	LIST_INSERT_HEAD(&f->waiters, w, waiter);
}

void
fetch_unwait(struct wait *w)
{
	LIST_REMOVE(w, waiter);
	w->fetch = NULL;
}

void
fetch_drop_ask(struct routed *q)
{
	struct fetch *f = q->fetch;

	if (f->asks[0] == q)
		f->asks[0] = f->asks[1];
	f->asks[1] = NULL;
	q->fetch = NULL;
}

void
fetch_release(struct fetches *fs, struct fetch *f)
{
	assert(LIST_EMPTY(&f->waiters));
	for (unsigned i = 0; i < 2; i++)
		if (f->asks[i] != NULL)
			f->asks[i]->fetch = NULL;
	if (fetch_is_background(f->urgency))
		fetch_count_background(fs, -1);
	TAILQ_REMOVE(list_of(fs, f), f, entry);
	f->image->fetching[f->chunk] = NULL;
	image_expect_end(f->image, f->chunk);
	pool_put(&fs->fetch_pool, f);
}

/* Bans end because a banned node may be the only one that has the chunk.  A
 * chunk that it sends is verified like any other. */
void
fetch_pause(struct fetches *fs, struct fetch *f)
{
	if (!LIST_EMPTY(&f->waiters))
		cluster_lift_bans(fs->of.cluster);
	f->retry_ns =
	    loop_now_ns(fs->of.loop) + backoff_next(&f->backoff, &pauses_ns);
}

void
fetch_stall(struct fetches *fs, struct fetch *f)
{
	fetch_pause(fs, f);
	f->ntried = 0;
	fetch_move(fs, f, FETCH_STALLED);
}

static void
retry_soon(struct list *l, int64_t soon_ns)
{
	struct fetch *f;

	TAILQ_FOREACH (f, l, entry) {
		if (f->retry_ns > soon_ns)
			f->retry_ns = soon_ns;
		backoff_reset(&f->backoff);
	}
}

void
fetch_retry(struct fetches *fs)
{
	int64_t soon = loop_now_ns(fs->of.loop) + pauses_ns.least;

	retry_soon(&fs->stalled, soon);
	retry_soon(&fs->asked, soon);
}

static void
forget_tried(struct fetch *f, uint32_t slot)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->ntried; i++)
		if (f->tried[i] != slot)
			f->tried[n++] = f->tried[i];
	f->ntried = n;
	for (unsigned i = 0; i < 2; i++)
		if (f->asks[i] != NULL && f->asks[i]->slot == slot)
			f->asks[i]->ask.peer = NULL;
}

void
fetch_slot_gone(struct fetches *fs, uint32_t slot)
{
	struct fetch *f;

	for (unsigned u = 0; u < FETCH_URGENCIES; u++)
		TAILQ_FOREACH (f, &fs->queued[u], entry)
			forget_tried(f, slot);
	TAILQ_FOREACH (f, &fs->asked, entry)
		forget_tried(f, slot);
	TAILQ_FOREACH (f, &fs->stalled, entry)
		forget_tried(f, slot);
}

uint32_t
fetch_background(const struct fetches *fs)
{
	return fs->background;
}

uint32_t
fetch_stalled(const struct fetches *fs, const struct image *im,
	      uint32_t *chunks, uint32_t max)
{
	const struct fetch *f;
	uint32_t n = 0;

	TAILQ_FOREACH (f, &fs->stalled, entry) {
		if (f->image != im || fetch_is_background(f->urgency))
			continue;
		if (n < max)
			chunks[n] = f->chunk;
		n++;
	}
	return n;
}

static void
on_tick(void *ctx)
{
	struct fetches *fs = ctx;
	int64_t now = loop_now_ns(fs->of.loop);
	struct fetch *f, *next;

	for (f = TAILQ_FIRST(&fs->stalled); f != NULL; f = next) {
		next = TAILQ_NEXT(f, entry);
		if (now < f->retry_ns)
			continue;
		if (LIST_EMPTY(&f->waiters))
			/* the next fetch_want starts a new fetch */
			fetch_release(fs, f);
		else
			fetch_move(fs, f, FETCH_QUEUED);
	}
	fetch_hedge(fs, now);
	images_settle(fs->of.images);
	fetch_pump(fs);
	if (!TAILQ_EMPTY(&fs->asked) || !TAILQ_EMPTY(&fs->stalled) ||
	    fetch_next_queued(fs) != NULL)
		fetch_tick_later(fs);
}

struct fetches *
fetches_new(const struct fetch_setup *s)
{
	struct fetches *fs = calloc(1, sizeof *fs);

	if (fs == NULL)
		return NULL;
	for (unsigned u = 0; u < FETCH_URGENCIES; u++)
		TAILQ_INIT(&fs->queued[u]);
	TAILQ_INIT(&fs->asked);
	TAILQ_INIT(&fs->stalled);
	fs->of = *s;
	pool_init(&fs->fetch_pool, sizeof(struct fetch));
	pool_init(&fs->routed_pool, sizeof(struct routed));
	whom_init(&fs->whom, s->loop, s->cluster, s->direct);
	patience_begin(&fs->patience);
	fs->tick.fire = on_tick;
	fs->tick.ctx = fs;
	fs->trim.fire = on_trim;
	fs->trim.ctx = fs;
	fs->hasher = hasher_new(s->loop, fetch_hashed, fs);
	return fs;
}

bool
fetch_image_leaves(struct fetches *fs, struct image *im)
{
	bool none = true;

	for (uint32_t c = 0; c < im->m->nchunks; c++) {
		struct fetch *f = im->fetching[c];

		if (f != NULL && LIST_EMPTY(&f->waiters))
			fetch_release(fs, f);
		none &= im->fetching[c] == NULL;
	}
	return none;
}

const struct fetch_counts *
fetch_counts(const struct fetches *fs)
{
	return &fs->count;
}

static void
free_list(struct fetches *fs, struct list *l)
{
	while (!TAILQ_EMPTY(l))
		fetch_release(fs, TAILQ_FIRST(l));
}

void
fetches_free(struct fetches *fs)
{
	if (fs == NULL)
		return;
	loop_timer_cancel(fs->of.loop, &fs->tick);
	loop_timer_cancel(fs->of.loop, &fs->trim);
	hasher_free(fs->hasher);
	for (unsigned u = 0; u < FETCH_URGENCIES; u++)
		free_list(fs, &fs->queued[u]);
	free_list(fs, &fs->asked);
	free_list(fs, &fs->stalled);
	pool_free(&fs->fetch_pool);
	pool_free(&fs->routed_pool);
	free(fs);
}
