/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/reads.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "lib/log.h"
#include "lib/pool.h"
#include "router/cluster/cluster.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"
#include "router/policy/readahead.h"
#include "router/want/keeper.h"
#include "router/want/replay.h"

/* number of streams; a client has the stream of its number modulo STREAMS; if
 * two clients have the same one, both lose their read-ahead */
#define STREAMS 1024
#define REACH 64 /* most chunks of one request that are fetched at once */
#define TIMEOUT_MAX_S 1000000000U
/* pause between two looks for requests whose time is over; arbitrary: such
 * times are whole seconds */
#define TICK_NS 20000000LL
#define PATIENT_NS 5000000000LL /* a read that waits for longer is logged */

/* A request that is being answered.  Its chunks before `head` were sent.  Each
 * chunk from `head` to before `wanted` has a wait: it is pinned, has arrived or
 * is being fetched.  The last chunk of the request is `end` - 1. */
struct read {
	LIST_ENTRY(read) entry;
	struct reads *all;
	struct nbd_request *request;
	struct image *image;
	uint32_t head, wanted, end; /* chunk numbers, as described above */
	/* the waits of the chunks from head on, in order */
	STAILQ_HEAD(, wait) waits;
	bool busy; /* the function advance is running */
	/* true: the client has disconnected while `busy` was true */
	bool cancelled;
	bool unkept; /* a chunk could not be kept: a CACHE fails */
	bool logged;
};

struct stream {
	uint64_t client;
	struct readahead ra;
};

struct reads {
	struct reads_setup of;
	struct loop_timer tick; /* set while a request waits */
	struct stream streams[STREAMS];
	LIST_HEAD(, read) open;
	struct pool read_pool, wait_pool;
	int64_t last_ns;
	uint64_t stored; /* bytes served from the store */
};

static void
drop_wait(struct reads *rs, struct read *rd, struct wait *w)
{
	if (w->fetch != NULL)
		fetch_unwait(w);
	else if (w->buffer != NULL)
		buffer_put(w->buffer);
	else
		image_unpin(rd->image, w->chunk);
	pool_put(&rs->wait_pool, w);
}

static void
read_close(struct reads *rs, struct read *rd)
{
	struct wait *w;

	while ((w = STAILQ_FIRST(&rd->waits)) != NULL) {
		STAILQ_REMOVE_HEAD(&rd->waits, of_owner);
		drop_wait(rs, rd, w);
	}
	LIST_REMOVE(rd, entry);
	pool_put(&rs->read_pool, rd);
}

/* Finds out which bytes of `count` chunks, from `chunk` on, the request asks
 * for: *len bytes, beginning with byte *from of the first of these chunks. */
static void
clip(const struct read *rd, uint32_t chunk, uint32_t count, uint32_t *from,
     uint32_t *len)
{
	uint32_t size = rd->image->m->chunk_size;
	uint64_t start = (uint64_t)chunk * size;
	uint64_t end = start + (uint64_t)count * size;
	uint64_t req_end = rd->request->offset + rd->request->len;

	*from = rd->request->offset > start ? rd->request->offset - start : 0;
	if (end > req_end)
		end = req_end;
	*len = end - start - *from;
}

static void
pieces_sent(void *ctx, uint64_t tag)
{
	struct image *im = ctx;
	uint32_t chunk = tag >> 32, count = tag;

	while (count-- > 0)
		image_unpin(im, chunk + count);
}

static void
buffer_sent(void *ctx, uint64_t tag)
{
	buffer_put(ctx);
}

/* Sends chunks [chunk, chunk+count), which are pinned and lie side by side in
 * one file. */
static void
send_stored(struct read *rd, uint32_t chunk, uint32_t count)
{
	struct image *im = rd->image;
	struct nbd_data d = {.done = pieces_sent,
			     .ctx = im,
			     .tag = (uint64_t)chunk << 32 | count};
	uint32_t from;

	clip(rd, chunk, count, &from, &d.len);
	d.fd = store_locate(im->store, chunk, &d.offset);
	d.offset += from;
	nbd_reply_data(rd->request, &d);
}

static void
send_buffer(struct read *rd, struct wait *w)
{
	struct nbd_data d = {
	    .fd = -1, .done = buffer_sent, .ctx = w->buffer, .tag = 0};
	uint32_t from;

	clip(rd, w->chunk, 1, &from, &d.len);
	d.buf = w->buffer->data + from;
	nbd_reply_data(rd->request, &d);
}

/* Returns how many chunks, from rd->head on, can be sent from the store in one
 * piece. */
static uint32_t
held_run(struct read *rd)
{
	struct image *im = rd->image;
	uint32_t c;
	bool base = false;

	for (c = rd->head; c < rd->end && image_holds(im, c); c++) {
		bool in_base = store_in_base(im->store, c);

		if (c > rd->head && in_base != base)
			break;
		base = in_base;
		image_touch(im, c);
		if (rd->request->type == NBD_READ)
			image_pin(im, c);
	}
	return c - rd->head;
}

static void
send_run(struct reads *rs, struct read *rd, uint32_t count)
{
	uint32_t from, len, chunk = rd->head;

	rd->head += count;
	rd->wanted = rd->head;
	if (rd->request->type != NBD_READ)
		return;
	clip(rd, chunk, count, &from, &len);
	rs->stored += len;
	send_stored(rd, chunk, count);
}

static enum fetch_urgency
urgency(const struct read *rd)
{
	return rd->request->type == NBD_CACHE ? FETCH_PEER : FETCH_READ;
}

/* Returns true if another node has asked for the chunk by a tree, not by the
 * line.  The plugin passes such a request on as a CACHE, or as a READ if the
 * chunk could not be stored. */
static bool
by_tree(const struct read *rd)
{
	const struct nbd_request *q = rd->request;

	return (q->type == NBD_CACHE || !q->user) && !q->line;
}

static void on_chunk(struct wait *w);

/* Adds a wait for the next chunk of the request: pins the chunk if it is held,
 * else starts a fetch of it.  Returns -1 on ENOMEM. */
static int
want_next(struct reads *rs, struct read *rd)
{
	struct image *im = rd->image;
	struct wait *w = pool_get(&rs->wait_pool);
	struct fetch *f;

	if (w == NULL)
		return -1;
	*w = (struct wait){.chunk = rd->wanted,
			   .reads = rd->request->type == NBD_READ,
			   .came = on_chunk,
			   .owner = rd};
	if (image_holds(im, w->chunk)) {
		image_pin(im, w->chunk);
	} else {
		f = fetch_want(rs->of.fetches, im, w->chunk, urgency(rd));
		if (f == NULL) {
			pool_put(&rs->wait_pool, w);
			return -1;
		}
		fetch_wait(f, w);
		if (by_tree(rd))
			fetch_by_tree(rs->of.fetches, f);
	}
	STAILQ_INSERT_TAIL(&rd->waits, w, of_owner);
	rd->wanted++;
	return 0;
}

/* If the first chunk was pinned and is not held any more, because the plugin
 * has found it damaged meanwhile, starts a fetch of it.  Returns -1 on
 * ENOMEM. */
static int
want_again(struct reads *rs, struct read *rd)
{
	struct wait *w = STAILQ_FIRST(&rd->waits);
	struct fetch *f;

	if (w->buffer != NULL || image_holds(rd->image, w->chunk))
		return 0;
	f = fetch_want(rs->of.fetches, rd->image, w->chunk, urgency(rd));
	if (f == NULL)
		return -1;
	image_unpin(rd->image, w->chunk);
	fetch_wait(f, w);
	if (by_tree(rd))
		fetch_by_tree(rs->of.fetches, f);
	return 0;
}

static void
send_first(struct reads *rs, struct read *rd)
{
	struct wait *w = STAILQ_FIRST(&rd->waits);
	bool data = rd->request->type == NBD_READ;

	STAILQ_REMOVE_HEAD(&rd->waits, of_owner);
	rd->head++;
	if (w->buffer != NULL) {
		rd->unkept |=
		    store_state(rd->image->store, w->chunk) != CHUNK_HELD;
		if (data)
			send_buffer(rd, w);
		else
			buffer_put(w->buffer);
	} else if (data) {
		send_stored(rd, w->chunk, 1);
	} else {
		image_unpin(rd->image, w->chunk);
	}
	pool_put(&rs->wait_pool, w);
}

/* Sends the chunks that are here, in order, and starts fetches of the others.
 * Returns 1 if all were sent or the client is gone, 0 if the next chunk is not
 * here yet, -1 if memory is short. */
static int
advance(struct reads *rs, struct read *rd)
{
	while (rd->head < rd->end && !rd->cancelled) {
		const struct wait *first;
		uint32_t run;

		if (STAILQ_EMPTY(&rd->waits) && (run = held_run(rd)) > 0) {
			send_run(rs, rd, run);
			continue;
		}
		while (rd->wanted < rd->end && rd->wanted - rd->head < REACH)
			if (want_next(rs, rd) == -1)
				return -1;
		/* the first chunk, which was not held, has a wait */
		first = STAILQ_FIRST(&rd->waits);
		assert(first != NULL);
		if (first->fetch == NULL && want_again(rs, rd) == -1)
			return -1;
		if (first->fetch != NULL)
			return 0;
		send_first(rs, rd);
	}
	return 1;
}

static void
tick_later(struct reads *rs)
{
	if (rs->tick.slot == 0)
		loop_timer_set(rs->of.loop, &rs->tick,
			       loop_now_ns(rs->of.loop) + TICK_NS);
}

static void
go_on(struct reads *rs, struct read *rd)
{
	struct nbd_request *request = rd->request;
	bool unkept;
	int ret;

	rd->busy = true;
	ret = advance(rs, rd);
	rd->busy = false;
	if (rd->cancelled) {
		read_close(rs, rd);
		return;
	}
	if (ret == 0) {
		tick_later(rs);
		return;
	}
	unkept = rd->unkept && request->type == NBD_CACHE;
	read_close(rs, rd);
	if (ret == -1)
		nbd_reply_error(request, ENOMEM);
	else if (unkept)
		nbd_reply_error(request, ENOSPC);
	else
		nbd_reply_done(request);
}

/* Called when the chunk that w waits for has arrived. */
static void
on_chunk(struct wait *w)
{
	struct read *rd = w->owner;

	if (!rd->busy && STAILQ_FIRST(&rd->waits) == w)
		go_on(rd->all, rd);
}

static struct stream *
stream_of(struct reads *rs, uint64_t client)
{
	struct stream *s = &rs->streams[client % STREAMS];

	if (s->client != client) {
		memset(s, 0, sizeof *s);
		s->client = client;
	}
	return s;
}

/* Returns how many chunks may be read ahead: --window, but no more than the
 * store can keep until they are read. */
static uint32_t
window_max(const struct reads *rs, const struct image *im)
{
	uint32_t fits = keeper_window(rs->of.keeper, im);
	uint64_t window = rs->of.limits->window;

	return fits < window ? fits : window;
}

static void
read_ahead(struct reads *rs, const struct read *rd)
{
	struct image *im = rd->image;
	struct stream *s = stream_of(rs, rd->request->client);
	struct readahead_range a =
	    readahead_read(&s->ra, rd->request->offset / im->m->chunk_size,
			   rd->end, im->m->nchunks, window_max(rs, im));

	for (uint32_t c = a.first; c < a.end; c++)
		if (!bitmap_has(im->have, c))
			fetch_want(rs->of.fetches, im, c, FETCH_AHEAD);
}

/* Answers a request of NAME/held with an error if a chunk of it is not here, so
 * that it does not wait for another node.  What lies on a disk counts as here:
 * it is read, and verified, by the disk's threads.  Returns false if the
 * request is still to be answered. */
static bool
lacks_some(struct nbd_request *request)
{
	struct image *im = request->image;
	uint32_t size = im->m->chunk_size;
	uint32_t c = request->offset / size;
	uint32_t end = (request->offset + request->len + size - 1) / size;

	while (c < end && (image_on_disk(im, c) || image_holds(im, c)))
		c++;
	if (c == end)
		return false;
	nbd_reply_error(request, EIO);
	return true;
}

void
reads_request(struct reads *rs, struct nbd_request *request)
{
	struct image *im = request->image;
	uint32_t size = im->m->chunk_size;
	uint32_t first = request->offset / size;
	struct read *rd;

	store_watch_base(im->store);
	if (request->held && lacks_some(request))
		return;
	rd = pool_get(&rs->read_pool);
	if (rd == NULL) {
		nbd_reply_error(request, ENOMEM);
		return;
	}
	*rd = (struct read){.all = rs,
			    .request = request,
			    .image = im,
			    .head = first,
			    .wanted = first,
			    .end = (request->offset + request->len + size - 1) /
				   size};
	STAILQ_INIT(&rd->waits);
	LIST_INSERT_HEAD(&rs->open, rd, entry);
	request->backend = rd;
	if (request->type == NBD_READ && !request->held) {
		rs->last_ns = loop_now_ns(rs->of.loop);
		cluster_self_reads(rs->of.cluster);
		replay_note(im, rd->head, rd->end);
		read_ahead(rs, rd);
	}
	go_on(rs, rd);
}

void
reads_cancel(struct reads *rs, struct nbd_request *request)
{
	struct read *rd = request->backend;

	if (rd == NULL)
		return;
	if (rd->busy)
		rd->cancelled = true;
	else
		read_close(rs, rd);
}

/* Checks the chunks of the lost bytes now.  Those that cannot be read are then
 * not held any more, so that the server's next request makes this node fetch
 * them. */
void
reads_lost(struct reads *rs, struct image *im, uint64_t offset, uint32_t len)
{
	int64_t now = loop_now_ns(rs->of.loop);
	uint32_t size = im->m->chunk_size;
	uint32_t end = (offset + len + size - 1) / size;

	for (uint32_t c = offset / size; c < end; c++) {
		store_doubt(im->store, c);
		if (!image_holds(im, c))
			image_warn_lost(im, c, now);
	}
}

void
reads_closed(struct reads *rs, uint64_t client)
{
	memset(stream_of(rs, client), 0, sizeof(struct stream));
}

static void
say_waiting(struct read *rd)
{
	log_warn("image %s: a read has waited %lld s for chunk %u: no node "
		 "that lives has delivered it",
		 rd->image->m->name, PATIENT_NS / 1000000000LL, rd->head);
	rd->logged = true;
}

/* Answers requests that have waited longer than --io-timeout with EIO. */
static void
on_tick(void *ctx)
{
	struct reads *rs = ctx;
	int64_t now = loop_now_ns(rs->of.loop);
	uint64_t limit_s = rs->of.limits->io_timeout_s < TIMEOUT_MAX_S
			       ? rs->of.limits->io_timeout_s
			       : TIMEOUT_MAX_S;
	int64_t limit = (int64_t)limit_s * 1000000000LL;
	struct read *rd, *next;

	for (rd = LIST_FIRST(&rs->open); rd != NULL; rd = next) {
		struct nbd_request *request = rd->request;
		int64_t waited = now - request->began_ns;

		next = LIST_NEXT(rd, entry);
		if (waited > PATIENT_NS && !rd->logged)
			say_waiting(rd);
		if (limit == 0 || waited < limit)
			continue;
		read_close(rs, rd);
		request->backend = NULL;
		nbd_reply_error(request, EIO);
		/* nbd_reply_error may have closed any of the requests */
		next = LIST_FIRST(&rs->open);
	}
	if (!LIST_EMPTY(&rs->open))
		tick_later(rs);
}

int64_t
reads_last_ns(const struct reads *rs)
{
	const struct read *rd;

	LIST_FOREACH (rd, &rs->open, entry)
		if (rd->request->type == NBD_READ && !rd->logged)
			return loop_now_ns(rs->of.loop);
	return rs->last_ns;
}

uint32_t
reads_waiting(const struct reads *rs, const struct image *im)
{
	const struct read *rd;
	uint32_t n = 0;

	LIST_FOREACH (rd, &rs->open, entry)
		n += rd->image == im;
	return n;
}

uint64_t
reads_stored_bytes(const struct reads *rs)
{
	return rs->stored;
}

struct reads *
reads_new(const struct reads_setup *s)
{
	struct reads *rs = calloc(1, sizeof *rs);

	if (rs == NULL)
		return NULL;
	rs->of = *s;
	pool_init(&rs->read_pool, sizeof(struct read));
	pool_init(&rs->wait_pool, sizeof(struct wait));
	rs->tick.fire = on_tick;
	rs->tick.ctx = rs;
	return rs;
}

void
reads_free(struct reads *rs)
{
	if (rs == NULL)
		return;
	loop_timer_cancel(rs->of.loop, &rs->tick);
	pool_free(&rs->read_pool);
	pool_free(&rs->wait_pool);
	free(rs);
}
