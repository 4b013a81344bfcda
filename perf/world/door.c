/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/door.h"

#include <errno.h>
#include <stdlib.h>

#include "perf/world/clock.h"
#include "perf/world/medium.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"
#include "router/image/image.h"

/* time that a message takes through a Unix socket: arbitrary */
#define WAY_NS (20 * US)

struct nbd_server {
	struct machine *machine;
	struct loop *loop;
	const struct nbd_backend *backend;
	void *ctx;
	/* calls that are on their way to the router, or that it has not
	 * answered completely */
	LIST_HEAD(, call) calls;
};

static uint64_t last_client;

uint64_t
door_client(void)
{
	return ++last_client;
}

static struct nbd_server *
server_of(const struct machine *m)
{
	return (struct nbd_server *)m->door;
}

static struct call *
call_of(struct nbd_request *r)
{
	return (struct call *)((char *)r - offsetof(struct call, request));
}

static void
on_tell(struct event *e)
{
	struct call *c =
	    (struct call *)((char *)e - offsetof(struct call, tell));

	c->answered(c->ctx, c->error, c->right);
}

static void
on_go(void *ctx)
{
	struct call *c = ctx;

	c->answered(c->ctx, c->error, c->right);
}

static void
forget(struct call *c)
{
	if (c->listed)
		LIST_REMOVE(c, entry);
	c->listed = c->asked = false;
}

static void
answer(struct call *c, int error)
{
	forget(c);
	c->error = error;
	if (c->loop != NULL)
		clock_deliver(c->loop, &c->go, event_now_ns() + WAY_NS);
	else
		event_after(&c->tell, WAY_NS);
}

/* Passes a request, which has arrived at the router, to the backend. */
static void
on_come(void *ctx)
{
	struct call *c = ctx;
	struct nbd_server *s = server_of(c->machine);
	char name[DIGEST_HEX];
	struct nbd_export x = {0};

	digest_hex(&c->image, name);
	if (!s->backend->find(s->ctx, name, DIGEST_HEX - 1, &x)) {
		answer(c, ENOENT);
		return;
	}
	c->request = (struct nbd_request){.type = c->type,
					  .image = x.image,
					  .line = c->line,
					  .held = c->held,
					  .user = c->user,
					  .offset = c->offset,
					  .len = c->len,
					  .client = c->client,
					  .began_ns = event_now_ns()};
	c->asked = true;
	if (c->attach)
		s->backend->user(s->ctx, x.image, true);
	s->backend->request(s->ctx, &c->request);
}

void
door_call(struct call *c)
{
	struct nbd_server *s = server_of(c->machine);

	c->come = (struct loop_timer){.fire = on_come, .ctx = c};
	c->go = (struct loop_timer){.fire = on_go, .ctx = c};
	c->tell = (struct event){.happen = on_tell};
	c->asked = false;
	c->listed = s != NULL;
	c->right = true;
	c->replied = 0;
	if (s == NULL) {
		answer(c, ENOTCONN);
		return;
	}
	LIST_INSERT_HEAD(&s->calls, c, entry);
	clock_deliver(s->loop, &c->come, event_now_ns() + WAY_NS);
}

void
door_give_up(struct call *c)
{
	const struct nbd_server *s = server_of(c->machine);
	bool asked = c->asked;

	if (s != NULL)
		loop_timer_cancel(s->loop, &c->come);
	if (c->loop != NULL)
		loop_timer_cancel(c->loop, &c->go);
	event_cancel(&c->tell);
	forget(c);
	if (asked && s != NULL)
		s->backend->cancel(s->ctx, &c->request);
}

/* --- router/nbd/nbd_server.h --- */

struct nbd_server *
nbd_server_new(struct loop *l, const char *path,
	       const struct nbd_backend *backend, void *ctx)
{
	struct nbd_server *s = must(calloc(1, sizeof *s));

	s->machine = clock_machine(l);
	s->loop = l;
	s->backend = backend;
	s->ctx = ctx;
	LIST_INIT(&s->calls);
	s->machine->door = (struct door *)s;
	return s;
}

void
nbd_server_free(struct nbd_server *s)
{
	struct call *c;

	if (s == NULL)
		return;
	while ((c = LIST_FIRST(&s->calls)) != NULL) {
		loop_timer_cancel(s->loop, &c->come);
		if (c->asked)
			s->backend->cancel(s->ctx, &c->request);
		answer(c, ENOTCONN);
	}
	s->machine->door = NULL;
	free(s);
}

bool
nbd_server_drop(struct nbd_server *s, const void *image)
{
	return true;
}

/* Checks the bytes of the chunks in d, a part of a reply.  The bytes are in the
 * store, or in a buffer, which has a struct chunk where the chunk's first byte
 * would be. */
static void
look_at(struct call *c, const struct nbd_data *d)
{
	const struct image *im = c->request.image;
	uint32_t size = im->m->chunk_size;
	uint64_t at = c->offset + c->replied, end = at + d->len;

	for (uint64_t chunk = at / size; chunk * size < end; chunk++) {
		struct chunk is = medium_chunk(im->store, chunk);

		if (d->buf != NULL)
			is = *(const struct chunk *)((const char *)d->buf -
						     at % size);
		if (chunk_is(im->m, chunk, &is))
			continue;
		c->right = false;
		trace_broken(c->machine, "a reader gets wrong bytes of %u",
			     (unsigned)chunk);
	}
}

void
nbd_reply_data(struct nbd_request *r, const struct nbd_data *d)
{
	struct call *c = call_of(r);

	look_at(c, d);
	c->replied += d->len;
	if (d->done != NULL)
		d->done(d->ctx, d->tag);
}

void
nbd_reply_done(struct nbd_request *r)
{
	struct call *c = call_of(r);

	if (c->type == NBD_READ && c->replied != c->len)
		trace_broken(c->machine, "a reply of another length");
	answer(c, 0);
}

void
nbd_reply_error(struct nbd_request *r, int error)
{
	answer(call_of(r), error);
}

void
nbd_server_stats(const struct nbd_server *s, struct nbd_server_stats *st)
{
	*st = (struct nbd_server_stats){0};
}
