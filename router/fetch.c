#include "router/fetch.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "lib/log.h"
#include "router/cluster.h"
#include "router/hasher.h"
#include "router/image.h"
#include "router/keeper.h"
#include "router/patience.h"
#include "router/pipe.h"
#include "router/reads.h"
#include "router/router.h"

#define TICK_NS 10000000LL
#define IN_FLIGHT_BYTES (16U << 20)
/* Until then readers are served before a chunk is stored; clients that do not
 * take their answers must not hold any number of buffers. */
#define BUFFERS_OUT_BYTES (2 * IN_FLIGHT_BYTES)
#define IN_FLIGHT_MIN 8 /* chunks, however large */
#define TRIED_MAX 8
#define HASH_HERE 3 /* asks under way, up to which handing over is slower */
#define LATE_MIN_NS 60000000LL
/* A suspect's silence after which all that is waited for is asked elsewhere,
 * whatever the budget. */
#define SURE_NS 200000000LL
#define DELIVERS 4 /* times as long for a peer that delivers other chunks */
#define LATE_MAX_NS 2000000000LL
#define PAUSE_MIN_NS 20000000LL /* before asking again those asked in vain */
#define PAUSE_MAX_NS 1000000000LL

enum fetch_state { FETCH_QUEUED, FETCH_ASKED, FETCH_STALLED };

struct fetch {
	TAILQ_ENTRY(fetch) entry; /* in the list of its state */
	struct fetch *next_free;
	struct image *image;
	uint32_t chunk;
	enum fetch_urgency urgency;
	enum fetch_state state;
	struct waits waiters;
	struct ask *asks[2];
	uint32_t tried[TRIED_MAX];
	unsigned ntried;
	unsigned failures;
	int64_t asked_ns, retry_ns;
	int64_t last_pause_ns;
};

TAILQ_HEAD(list, fetch);

struct fetches {
	struct router *r;
	struct loop_timer tick;
	struct list queued[FETCH_URGENCIES];
	struct list asked, stalled;
	uint64_t in_flight; /* bytes asked for */
	struct pipe pipe;   /* those of them that nobody waits for elsewhere */
	uint32_t asks;
	uint32_t background;
	struct latency usual; /* of a chunk, from asking to its arrival */
	struct patience patience;
	struct fetch *free_fetches;
	struct ask *free_asks;
	struct hasher *hasher; /* or NULL */
};

/* How an ask was routed, for the accounts; kept in ask.owner's fetch. */
struct routed {
	struct ask ask;
	struct fetch *fetch; /* NULL: nobody wants the answer any more */
	struct image *image;
	uint32_t chunk;
	uint32_t slot;
	enum route_how how;
	bool from_seed;
	bool hashed; /* by the hasher: job.right */
	struct hash_job job;
};

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

static void
move(struct fetches *fs, struct fetch *f, enum fetch_state state)
{
	TAILQ_REMOVE(list_of(fs, f), f, entry);
	f->state = state;
	TAILQ_INSERT_TAIL(list_of(fs, f), f, entry);
}

static struct fetch *
fetch_alloc(struct fetches *fs)
{
	struct fetch *f = fs->free_fetches;

	if (f == NULL)
		return calloc(1, sizeof *f);
	fs->free_fetches = f->next_free;
	memset(f, 0, sizeof *f);
	return f;
}

static struct routed *
routed_alloc(struct fetches *fs)
{
	struct ask *a = fs->free_asks;

	if (a == NULL)
		return calloc(1, sizeof(struct routed));
	fs->free_asks = a->next_free;
	memset(a, 0, sizeof(struct routed));
	return (struct routed *)a;
}

static void
tick_later(struct fetches *fs)
{
	if (fs->tick.slot == 0)
		loop_timer_set(fs->r->loop, &fs->tick,
			       loop_now_ns(fs->r->loop) + TICK_NS);
}

struct fetch *
fetch_want(struct image *im, uint32_t chunk, enum fetch_urgency urgency)
{
	struct fetches *fs = im->router->fetches;
	struct fetch *f = im->fetching[chunk];

	if (f != NULL) {
		if (urgency >= f->urgency)
			return f;
		if (f->urgency == FETCH_FILL)
			fs->background--;
		TAILQ_REMOVE(list_of(fs, f), f, entry);
		f->urgency = urgency;
		TAILQ_INSERT_TAIL(list_of(fs, f), f, entry);
		return f;
	}
	f = fetch_alloc(fs);
	if (f == NULL)
		return NULL;
	f->image = im;
	f->chunk = chunk;
	f->urgency = urgency;
	if (urgency == FETCH_FILL)
		fs->background++;
	im->fetching[chunk] = f;
	bitmap_add(im->have, chunk);
	tick_later(fs);
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

/* Its answers, should they still come, are nobody's. */
static void
release(struct fetches *fs, struct fetch *f)
{
	assert(LIST_EMPTY(&f->waiters));
	for (unsigned i = 0; i < 2; i++)
		if (f->asks[i] != NULL)
			((struct routed *)f->asks[i])->fetch = NULL;
	if (f->urgency == FETCH_FILL)
		fs->background--;
	TAILQ_REMOVE(list_of(fs, f), f, entry);
	f->image->fetching[f->chunk] = NULL;
	if (!bitmap_has(f->image->held, f->chunk))
		bitmap_remove(f->image->have, f->chunk);
	f->next_free = fs->free_fetches;
	fs->free_fetches = f;
}

static void
stall(struct fetches *fs, struct fetch *f)
{
	int64_t pause = f->last_pause_ns * 2;

	if (pause < PAUSE_MIN_NS)
		pause = PAUSE_MIN_NS;
	if (pause > PAUSE_MAX_NS)
		pause = PAUSE_MAX_NS;
	f->last_pause_ns = pause;
	f->retry_ns = loop_now_ns(fs->r->loop) + pause;
	f->ntried = 0;
	move(fs, f, FETCH_STALLED);
}

static bool
was_tried(const struct fetch *f, uint32_t slot)
{
	for (unsigned i = 0; i < f->ntried; i++)
		if (f->tried[i] == slot)
			return true;
	return false;
}

/* A lane for each tree, from the complete node at its root down.  One that
 * reads alone is better off with a few connections: on a full link the bursts
 * of many are lost and sent again after pauses. */
static uint32_t
lane_of(const struct fetch *f, struct route to)
{
	const struct image *im = f->image;

	if (to.how == ROUTE_PARENT ||
	    (im->route[to.node].complete && route_crowd(im->trees) > 1))
		return f->chunk % ROUTE_STRIPES;
	return LANE_ANY;
}

static struct routed *
prepare_ask(struct fetches *fs, struct fetch *f, struct route to)
{
	const struct manifest *m = f->image->m;
	struct routed *q = routed_alloc(fs);

	if (q == NULL)
		return NULL;
	q->ask.buf = buffer_get(f->image->buffers);
	if (q->ask.buf == NULL) {
		free(q);
		return NULL;
	}
	q->ask.kind = to.how == ROUTE_HOLDER ? ASK_HELD : ASK_WHOLE;
	q->ask.lane = lane_of(f, to);
	q->ask.image = m->id;
	q->ask.image_size = m->size;
	q->ask.offset = (uint64_t)f->chunk * m->chunk_size;
	q->ask.len = manifest_chunk_len(m, f->chunk);
	q->ask.owner = q;
	q->fetch = f;
	q->image = f->image;
	q->chunk = f->chunk;
	q->slot = to.node;
	q->how = to.how;
	q->from_seed =
	    to.how == ROUTE_HOLDER && cluster_is_seed(fs->r, f->image, to.node);
	return q;
}

static bool
connected(struct router *r, const struct fetch *f, struct route to)
{
	return peer_connect(cluster_at(r, to.node)->peer, &f->image->m->id);
}

/* Whom to ask.  While the connection to one that holds the chunk is being
 * made, another that has one is asked. */
static struct route
route_of(struct router *r, const struct fetch *f)
{
	uint32_t tried[TRIED_MAX + 1];
	struct route to = cluster_route(r, f->image, f->chunk, f->tried,
					f->ntried),
		     other;

	if (to.how != ROUTE_HOLDER || connected(r, f, to))
		return to;
	memcpy(tried, f->tried, sizeof f->tried);
	tried[f->ntried] = to.node;
	other = cluster_route(r, f->image, f->chunk, tried, f->ntried + 1);
	if (other.how != ROUTE_HOLDER || was_tried(f, other.node) ||
	    !connected(r, f, other))
		return to;
	return other;
}

/* 0: it was asked.  -1: nobody to ask, or only those asked in vain. */
static int
ask_somebody(struct fetches *fs, struct fetch *f, bool late)
{
	struct router *r = fs->r;
	struct route to = late ? cluster_route_late(r, f->image, f->chunk,
						    f->tried, f->ntried)
			       : route_of(r, f);
	unsigned i = f->asks[0] == NULL ? 0 : 1;
	struct routed *q;

	if (to.how == ROUTE_NOBODY || was_tried(f, to.node) ||
	    f->ntried == TRIED_MAX)
		return -1;
	q = prepare_ask(fs, f, to);
	if (q == NULL)
		return -1;
	f->asks[i] = &q->ask;
	f->tried[f->ntried++] = to.node;
	f->asked_ns = loop_now_ns(r->loop);
	fs->in_flight += q->ask.len;
	fs->asks++;
	if (q->ask.lane == LANE_ANY)
		pipe_sent(&fs->pipe, q->ask.len, f->asked_ns);
	peer_ask(cluster_at(r, to.node)->peer, &q->ask);
	cluster_touched(r, f->image, to.node);
	return 0;
}

static struct fetch *
next_queued(struct fetches *fs)
{
	bool full =
	    fs->asks >= IN_FLIGHT_MIN && fs->in_flight >= IN_FLIGHT_BYTES;
	unsigned end = full ? FETCH_PEER + 1 : FETCH_URGENCIES;

	for (unsigned u = 0; u < end; u++) {
		struct fetch *f = TAILQ_FIRST(&fs->queued[u]);

		if (f == NULL)
			continue;
		if (u >= FETCH_AHEAD &&
		    pipe_full(&fs->pipe, f->image->m->chunk_size))
			return NULL;
		return f;
	}
	return NULL;
}

static void
settle(struct router *r)
{
	for (struct image *im = r->images; im != NULL; im = im->next)
		image_settle(im);
}

void
fetch_pump(struct router *r)
{
	struct fetches *fs = r->fetches;
	struct fetch *f;

	while ((f = next_queued(fs)) != NULL) {
		if (ask_somebody(fs, f, false) == -1) {
			stall(fs, f);
			continue;
		}
		if (f->failures == 0)
			patience_earn(&fs->patience);
		move(fs, f, FETCH_ASKED);
	}
	/* while the peer is at work, not while the next request waits */
	if (fs->asks > 0)
		settle(r);
}

static void
account(struct router *r, const struct routed *q, const struct fetch *f)
{
	r->count.fetched++;
	if (f->urgency == FETCH_AHEAD)
		r->count.prefetched++;
	if (f->urgency == FETCH_FILL)
		r->count.filled++;
	if (q->how == ROUTE_PARENT)
		r->count.tree += q->ask.len;
	else if (q->from_seed)
		r->count.seed += q->ask.len;
	else
		r->count.holder += q->ask.len;
}

static bool
is_right(const struct routed *q)
{
	return q->hashed
		   ? q->job.right
		   : manifest_chunk_ok(q->image->m, q->chunk, q->ask.buf->data);
}

/* The chunk is here, right or wrong. */
static int
arrived(struct fetches *fs, struct routed *q)
{
	struct fetch *f = q->fetch;
	struct router *r = fs->r;
	struct image *im = f->image;
	struct waits rest;
	bool kept;

	if (!is_right(q)) {
		r->count.hash_failures++;
		if (q->ask.peer != NULL)
			cluster_lied(r, q->slot);
		return -1;
	}
	latency_add(&fs->usual, loop_now_ns(r->loop) - q->ask.sent_ns);
	account(r, q, f);
	if (buffers_bytes_out(im->buffers) <= BUFFERS_OUT_BYTES)
		waits_serve_readers(r, &f->waiters, q->ask.buf);
	if (fs->asks == 0 && LIST_EMPTY(&f->waiters)) {
		release(fs, f);
		image_keep_soon(im, q->chunk, q->ask.buf);
		tick_later(fs);
		keeper_fetched(r);
		return 0;
	}
	kept = image_keep(im, f->chunk, q->ask.buf->data) == 0;
	waits_take(&rest, &f->waiters);
	release(fs, f);
	waits_serve(r, &rest, q->ask.buf, kept ? im : NULL);
	keeper_fetched(r);
	return 0;
}

/* One ask of the fetch has failed; if it was the last, the next is asked. */
static void
failed(struct fetches *fs, struct routed *q, int error)
{
	struct fetch *f = q->fetch;

	/* its own refusal; a connection that fails says nothing of its store,
	 * and it will not say again what it holds */
	if (q->how == ROUTE_HOLDER && q->ask.peer != NULL &&
	    (error == EIO || error == EBADMSG))
		cluster_lacks(fs->r, f->image, q->slot, f->chunk);
	if (f->asks[0] == &q->ask) {
		f->asks[0] = f->asks[1];
		f->asks[1] = NULL;
	} else {
		f->asks[1] = NULL;
	}
	f->failures++;
	if (f->asks[0] != NULL)
		return;
	fs->r->count.refetched++;
	/* before what is only queued: it has waited already */
	TAILQ_REMOVE(list_of(fs, f), f, entry);
	f->state = FETCH_QUEUED;
	TAILQ_INSERT_HEAD(&fs->queued[f->urgency], f, entry);
}

static void
note_pipe(struct fetches *fs, const struct ask *a, int error)
{
	int64_t now = loop_now_ns(fs->r->loop);

	if (a->lane != LANE_ANY)
		return;
	if (error == 0)
		pipe_came(&fs->pipe, a->len, now - a->sent_ns, now);
	else
		pipe_failed(&fs->pipe, a->len);
}

static bool
hash_elsewhere(struct fetches *fs, struct routed *q)
{
	const struct manifest *m = q->image->m;

	if (fs->hasher == NULL || fs->asks <= HASH_HERE)
		return false;
	q->job = (struct hash_job){.data = q->ask.buf->data,
				   .len = manifest_chunk_len(m, q->chunk),
				   .wanted = &m->chunks[q->chunk]};
	hasher_start(fs->hasher, &q->job);
	return true;
}

static void
on_hashed(void *ctx, struct hash_job *j)
{
	struct fetches *fs = ctx;
	struct routed *q = (void *)((char *)j - offsetof(struct routed, job));

	q->hashed = true;
	fetch_answered(fs->r, &q->ask, 0);
}

void
fetch_answered(struct router *r, struct ask *a, int error)
{
	struct fetches *fs = r->fetches;
	struct routed *q = a->owner;

	if (!q->hashed)
		note_pipe(fs, a, error);
	if (error == 0 && q->fetch != NULL && !q->hashed &&
	    hash_elsewhere(fs, q))
		return;
	fs->in_flight -= a->len;
	fs->asks--;
	if (a->peer != NULL)
		cluster_touched(r, q->image, q->slot);
	if (q->fetch != NULL) {
		if (error != 0 || arrived(fs, q) == -1)
			failed(fs, q, error != 0 ? error : EBADMSG);
	}
	buffer_put(a->buf);
	a->next_free = fs->free_asks;
	fs->free_asks = a;
}

void
fetch_finish(struct router *r)
{
	if (r->fetches->hasher != NULL)
		hasher_finish(r->fetches->hasher);
	settle(r);
}

static void
requeue(struct fetches *fs, struct fetch *f)
{
	move(fs, f, FETCH_QUEUED);
}

void
fetch_retry(struct router *r)
{
	struct fetches *fs = r->fetches;
	struct fetch *f;
	int64_t soon = loop_now_ns(r->loop) + PAUSE_MIN_NS;

	if (fs == NULL)
		return;
	TAILQ_FOREACH (f, &fs->stalled, entry) {
		if (f->retry_ns > soon)
			f->retry_ns = soon;
		f->last_pause_ns = 0;
	}
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
		if (f->asks[i] != NULL &&
		    ((struct routed *)f->asks[i])->slot == slot)
			f->asks[i]->peer = NULL;
}

void
fetch_slot_gone(struct router *r, uint32_t slot)
{
	struct fetches *fs = r->fetches;
	struct fetch *f;

	if (fs == NULL)
		return;
	for (unsigned u = 0; u < FETCH_URGENCIES; u++)
		TAILQ_FOREACH (f, &fs->queued[u], entry)
			forget_tried(f, slot);
	TAILQ_FOREACH (f, &fs->asked, entry)
		forget_tried(f, slot);
	TAILQ_FOREACH (f, &fs->stalled, entry)
		forget_tried(f, slot);
}

uint32_t
fetch_background(const struct router *r)
{
	return r->fetches != NULL ? r->fetches->background : 0;
}

uint32_t
fetch_stalled(const struct router *r, const struct image *im, uint32_t *chunks,
	      uint32_t max)
{
	const struct fetch *f;
	uint32_t n = 0;

	TAILQ_FOREACH (f, &r->fetches->stalled, entry) {
		if (f->image != im || f->urgency == FETCH_FILL)
			continue;
		if (n < max)
			chunks[n] = f->chunk;
		n++;
	}
	return n;
}

/* Whether a fetch wants a second ask, and the budget allows it. */
static bool
may_hedge(struct fetches *fs, const struct fetch *f, int64_t now, int64_t limit)
{
	const struct peer *p = f->asks[0]->peer;

	if (f->asks[1] != NULL)
		return false;
	if (p != NULL && peer_is_suspect(p))
		return (!LIST_EMPTY(&f->waiters) &&
			peer_silent_ns(p) > SURE_NS) ||
		       patience_rescue(&fs->patience);
	/* in a crowd all are late alike, and asking twice makes it worse */
	if (p != NULL && peer_silent_ns(p) < LATE_MIN_NS)
		limit *= DELIVERS;
	return !LIST_EMPTY(&f->waiters) && now - f->asked_ns > limit &&
	       patience_spend(&fs->patience);
}

/* A second ask for chunks that a suspect peer owes, and for those that are
 * late while somebody waits for them. */
static void
hedge(struct fetches *fs, int64_t now)
{
	int64_t limit = latency_limit_ns(&fs->usual, LATE_MIN_NS, LATE_MAX_NS);
	struct fetch *f;

	TAILQ_FOREACH (f, &fs->asked, entry) {
		const struct peer *p = f->asks[0]->peer;

		if (!may_hedge(fs, f, now, limit))
			continue;
		if (ask_somebody(fs, f, p != NULL && !peer_is_suspect(p)) == 0)
			fs->r->count.hedged++;
		else
			f->asked_ns = now; /* nobody else: look again later */
	}
}

static void
on_tick(void *ctx)
{
	struct fetches *fs = ctx;
	int64_t now = loop_now_ns(fs->r->loop);
	struct fetch *f, *next;

	for (f = TAILQ_FIRST(&fs->stalled); f != NULL; f = next) {
		next = TAILQ_NEXT(f, entry);
		if (now < f->retry_ns)
			continue;
		if (LIST_EMPTY(&f->waiters))
			release(fs, f); /* whoever wants it asks again */
		else
			requeue(fs, f);
	}
	hedge(fs, now);
	settle(fs->r);
	fetch_pump(fs->r);
	reads_tick(fs->r);
	if (!TAILQ_EMPTY(&fs->asked) || !TAILQ_EMPTY(&fs->stalled) ||
	    next_queued(fs) != NULL)
		tick_later(fs);
}

struct fetches *
fetches_new(struct router *r)
{
	struct fetches *fs = calloc(1, sizeof *fs);

	if (fs == NULL)
		return NULL;
	for (unsigned u = 0; u < FETCH_URGENCIES; u++)
		TAILQ_INIT(&fs->queued[u]);
	TAILQ_INIT(&fs->asked);
	TAILQ_INIT(&fs->stalled);
	fs->r = r;
	fs->patience.rescue = RESCUE_BURST * 100;
	fs->tick.fire = on_tick;
	fs->tick.ctx = fs;
	fs->hasher = hasher_new(r->loop, on_hashed, fs);
	return fs;
}

static void
free_list(struct fetches *fs, struct list *l)
{
	while (!TAILQ_EMPTY(l))
		release(fs, TAILQ_FIRST(l));
}

void
fetches_free(struct fetches *fs)
{
	if (fs == NULL)
		return;
	loop_timer_cancel(fs->r->loop, &fs->tick);
	hasher_free(fs->hasher);
	for (unsigned u = 0; u < FETCH_URGENCIES; u++)
		free_list(fs, &fs->queued[u]);
	free_list(fs, &fs->asked);
	free_list(fs, &fs->stalled);
	while (fs->free_fetches != NULL) {
		struct fetch *f = fs->free_fetches;

		fs->free_fetches = f->next_free;
		free(f);
	}
	while (fs->free_asks != NULL) {
		struct ask *a = fs->free_asks;

		fs->free_asks = a->next_free;
		free(a);
	}
	free(fs);
}
