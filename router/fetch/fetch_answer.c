/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file handles the answers to asks.  An answer is either a right chunk, or
 * a reason to ask another node. */
#include "router/fetch/fetch_inside.h"

#include <errno.h>
#include <stddef.h>

#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/image/image.h"

/* A bound on the bytes of buffers that have a reference; buffers of chunks in
 * flight are not counted.  Below it, readers get a chunk from its buffer,
 * before it is stored.  Beyond it the chunk is stored first and sent from the
 * store, so that clients that do not take their replies cannot hold any number
 * of buffers.  Arbitrary: 32 chunks. */
#define BUFFERS_HELD_BYTES (4U << 20)
/* if more asks than this are open, chunks are hashed by the hasher */
#define HASH_HERE 3

static void
account(struct fetch_counts *count, const struct routed *q)
{
	if (q->of_disk)
		return;
	count->fetched++;
	count->prefetched += q->fetch->urgency == FETCH_AHEAD;
	count->filled += fetch_is_background(q->fetch->urgency);
	if (q->how == ROUTE_PARENT)
		count->tree += q->ask.len;
	else if (q->from_seed)
		count->seed += q->ask.len;
	else
		count->holder += q->ask.len;
}

static bool
is_right(const struct routed *q)
{
	if (q->of_disk)
		return true;
	return q->hashed
		   ? q->job.right
		   : manifest_chunk_ok(q->image->m, q->chunk, q->ask.buf->data);
}

/* Ends the fetch f, and gives its chunk to those who wait: from the store, if
 * it is kept there. */
static void
serve(struct fetches *fs, struct fetch *f, struct buffer *b, bool kept)
{
	enum fetch_urgency urgency = f->urgency;
	struct image *im = f->image;
	uint32_t chunk = f->chunk;
	struct waits rest;

	waits_take(&rest, &f->waiters);
	fetch_release(fs, f);
	waits_serve(&rest, b, kept ? im : NULL);
	fs->of.ops->came(fs->of.ctx, im, chunk, urgency);
}

/* Stores the chunk that q has brought, if there is room and it did not come
 * from this node's own disk, then ends the fetch.  Where writing may block,
 * fetch_written ends it.  If nobody waits for the chunk and no ask is open, it
 * is stored later (image_keep_soon), since a client may be about to send its
 * next request. */
static void
keep(struct fetches *fs, struct routed *q)
{
	struct buffer *b = q->ask.buf;
	struct fetch *f = q->fetch;
	struct image *im = f->image;
	uint32_t chunk = f->chunk;

	if (image_on_disk(im, chunk)) {
		serve(fs, f, b, false);
	} else if (image_writes_wait(im)) {
		if (fetch_write(fs, q) == -1)
			serve(fs, f, b, false);
	} else if (fs->asks == 0 && LIST_EMPTY(&f->waiters)) {
		enum fetch_urgency urgency = f->urgency;

		fetch_release(fs, f);
		image_keep_soon(im, chunk, b);
		fetch_tick_later(fs);
		fs->of.ops->came(fs->of.ctx, im, chunk, urgency);
	} else {
		bool kept = image_keep(im, chunk, b->data) == 0;

		serve(fs, f, b, kept);
	}
}

void
fetch_written(struct fetches *fs, struct routed *q, bool kept)
{
	fs->in_flight -= q->ask.len;
	if (q->fetch != NULL)
		serve(fs, q->fetch, q->ask.buf, kept);
	fetch_free_ask(fs, q);
}

/* Called when q has brought its chunk.  If the node before this one in the line
 * was asked for the chunk earlier, and has owed it for long, passes that node
 * over. */
static void
note_line(struct fetches *fs, const struct routed *q)
{
	const struct routed *first = q->fetch->asks[0];
	int64_t now = loop_now_ns(fs->of.loop);

	if (first != q && first->ask.kind == ASK_LINE &&
	    first->ask.peer != NULL && now - first->ask.sent_ns > LINE_HEDGE_NS)
		line_pass_over(&q->image->routes->line, first->slot, now);
}

/* Takes the chunk that ask q has brought: verifies it, ends its fetch, and
 * gives it to those who wait.  Returns 0; or -1 if the bytes are wrong. */
static int
arrived(struct fetches *fs, struct routed *q)
{
	struct fetch *f = q->fetch;
	struct image *im = f->image;

	if (!is_right(q)) {
		fs->count.hash_failures++;
		if (q->ask.peer != NULL)
			cluster_lied(fs->of.cluster, q->slot);
		return -1;
	}
	account(&fs->count, q);
	note_line(fs, q);
	if (buffers_bytes_out(im->buffers) <=
	    fs->in_flight + BUFFERS_HELD_BYTES)
		waits_serve_readers(&f->waiters, q->ask.buf);
	keep(fs, q);
	return 0;
}

/* Notes that the ask q of a fetch has failed.  If the fetch has no other open
 * ask, it is queued again. */
static void
failed(struct fetches *fs, struct routed *q, int error)
{
	struct fetch *f = q->fetch;

	/* EIO or wrong bytes mean that the holder does not have the chunk.
	 * Other errors are those of the connection.  They must not be noted
	 * like that, since the node would not announce again that it holds the
	 * chunk. */
	if (q->how == ROUTE_HOLDER && q->ask.peer != NULL &&
	    (error == EIO || error == EBADMSG))
		routes_lacks(f->image, q->slot, f->chunk);
	fetch_drop_ask(q);
	f->failures++;
	if (f->asks[0] != NULL)
		return;
	fs->count.refetched++;
	fetch_again(fs, f);
}

static void
note_pipe(struct fetches *fs, const struct ask *a, int error)
{
	int64_t now = loop_now_ns(fs->of.loop);

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

	if (fs->hasher == NULL || q->of_disk || fs->asks <= HASH_HERE)
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
	fetch_answered(fs, &q->ask, 0);
}

void
fetch_answered(struct fetches *fs, struct ask *a, int error)
{
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
		cluster_measure(fs->of.cluster, q->slot);
	if (q->fetch != NULL) {
		if (error != 0 || arrived(fs, q) == -1)
			failed(fs, q, error != 0 ? error : EBADMSG);
	}
	if (!q->writes)
		fetch_free_ask(fs, q);
}

void
fetch_finish(struct fetches *fs)
{
	if (fs->hasher != NULL)
		hasher_finish(fs->hasher);
	fetch_leave_disks(fs);
	images_settle(fs->of.images);
}
