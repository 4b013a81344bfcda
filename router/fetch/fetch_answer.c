/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* What comes of an ask: a chunk that is right, or another ask. */
#include "router/fetch/fetches.h"

#include <errno.h>
#include <stddef.h>

#include "router/cluster/cluster.h"
#include "router/image/image.h"
#include "router/want/keeper.h"
#include "router/want/replay.h"
#include "router/router.h"

/* Besides what is in flight.  Until then readers are served before a chunk is
 * stored; clients that do not take their answers must not hold any number of
 * buffers. */
#define BUFFERS_HELD_BYTES (4U << 20)
#define HASH_HERE 3 /* asks under way, up to which handing over is slower */

static void
account(struct router *r, const struct routed *q, const struct fetch *f)
{
	r->count.fetched++;
	if (f->urgency == FETCH_AHEAD) {
		r->count.prefetched++;
		replay_came_ahead(f->image, f->chunk);
	}
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
	account(r, q, f);
	if (buffers_bytes_out(im->buffers) <=
	    fs->in_flight + BUFFERS_HELD_BYTES)
		waits_serve_readers(r, &f->waiters, q->ask.buf);
	if (fs->asks == 0 && LIST_EMPTY(&f->waiters)) {
		fetch_release(fs, f);
		image_keep_soon(im, q->chunk, q->ask.buf);
		fetch_tick_later(fs);
		keeper_fetched(r);
		return 0;
	}
	kept = image_keep(im, f->chunk, q->ask.buf->data) == 0;
	waits_take(&rest, &f->waiters);
	fetch_release(fs, f);
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
	fetch_drop_ask(q);
	f->failures++;
	if (f->asks[0] != NULL)
		return;
	fs->r->count.refetched++;
	fetch_again(fs, f);
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

void
fetch_hashed(void *ctx, struct hash_job *j)
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
	fs->own -= q->own;
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
	fetch_settle(r);
}
