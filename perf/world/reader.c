/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/clock.h"
#include "perf/world/door.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"
#include "router/image/image.h"

/* bytes of a read; as many as nbdcopy reads at once */
#define READ_BYTES (256U << 10)
#define DEPTH_MOST 64
/* pause before a read that has failed is tried again; arbitrary */
#define AGAIN_NS (50 * MS)

struct one {
	struct event retry; /* must stay the first field: on_retry casts it */
	struct reader *reader;
	struct call call;
	int64_t since_ns; /* when the read was asked for; 0: no read is open */
	/* since when all chunks of the read are offered by some machine; 0:
	 * some chunk is not */
	int64_t offered_ns;
};

struct reader {
	struct event begin; /* must stay the first field: on_begin casts it */
	struct machine *machine;
	const struct manifest *image;
	enum reader_order order;
	uint64_t bytes, asked, got;
	unsigned depth;
	bool attached, told;
	uint64_t client;
	int64_t began_ns, ended_ns, longest_ns;
	struct one ones[DEPTH_MOST];
};

static void
choose(struct reader *r, struct call *c)
{
	uint64_t size = r->image->size, left = r->bytes - r->asked;

	c->len = left < READ_BYTES ? left : READ_BYTES;
	c->offset = r->asked % size;
	if (r->order == READ_ANYHOW) {
		c->len = left < 4096 ? left : 4096;
		c->offset = rng_any() % (size / 4096) * 4096;
	}
	if (c->len > size - c->offset)
		c->len = size - c->offset;
	r->asked += c->len;
}

static void
ask(struct one *o)
{
	o->call.attach = !o->reader->attached;
	o->reader->attached = true;
	door_call(&o->call);
}

static void
next(struct one *o)
{
	struct reader *r = o->reader;

	o->since_ns = 0;
	if (r->asked >= r->bytes)
		return;
	choose(r, &o->call);
	o->since_ns = event_now_ns();
	o->offered_ns = 0;
	ask(o);
}

static void
on_retry(struct event *e)
{
	ask((struct one *)e);
}

static void
note_length(struct reader *r, int64_t ns)
{
	if (ns > r->longest_ns)
		r->longest_ns = ns;
}

static void
on_answered(void *ctx, int error, bool right)
{
	struct one *o = ctx;
	struct reader *r = o->reader;

	if (error != 0) {
		/* no router runs on the machine, or the router does not know
		 * the image (yet) */
		if (error == ENOTCONN || error == ENOENT)
			r->attached = false;
		else
			trace_broken(r->machine, "a read fails: %s",
				     strerror(error));
		event_after(&o->retry, AGAIN_NS);
		return;
	}
	note_length(r, event_now_ns() - o->since_ns);
	r->got += o->call.len;
	if (r->got == r->bytes) {
		r->ended_ns = event_now_ns();
		trace(r->machine, "has read all");
	}
	next(o);
}

static void
on_begin(struct event *e)
{
	struct reader *r = (struct reader *)e;

	trace(r->machine, "begins to read");
	for (unsigned i = 0; i < r->depth; i++)
		next(&r->ones[i]);
}

struct reader *
reader_new(struct machine *m, const struct manifest *image,
	   enum reader_order order, uint64_t bytes, unsigned depth,
	   int64_t at_ns)
{
	struct reader *r = must(calloc(1, sizeof *r));

	*r = (struct reader){.begin.happen = on_begin,
			     .machine = m,
			     .image = image,
			     .order = order,
			     .bytes = bytes,
			     .depth = depth < DEPTH_MOST ? depth : DEPTH_MOST,
			     .client = door_client(),
			     .began_ns = at_ns};
	for (unsigned i = 0; i < r->depth; i++)
		r->ones[i] = (struct one){
		    .retry.happen = on_retry,
		    .reader = r,
		    .call = {.machine = m,
			     .type = NBD_READ,
			     .user = true,
			     .client = r->client,
			     .image = image->id,
			     .answered = on_answered,
			     .ctx = &r->ones[i]},
		};
	event_at(&r->begin, at_ns);
	return r;
}

struct machine *
reader_machine(const struct reader *r)
{
	return r->machine;
}

bool
reader_has_ended(const struct reader *r)
{
	return r->got >= r->bytes;
}

int64_t
reader_took_ns(const struct reader *r)
{
	return reader_has_ended(r) ? r->ended_ns - r->began_ns : INT64_MAX;
}

int64_t
reader_waits_ns(const struct reader *r)
{
	int64_t longest = 0, now = event_now_ns();

	for (unsigned i = 0; i < r->depth; i++)
		if (r->ones[i].since_ns != 0 &&
		    now - r->ones[i].since_ns > longest)
			longest = now - r->ones[i].since_ns;
	return longest;
}

int64_t
reader_longest_ns(const struct reader *r)
{
	int64_t waits = reader_waits_ns(r);

	return waits > r->longest_ns ? waits : r->longest_ns;
}

uint64_t
reader_bytes(const struct reader *r)
{
	return r->got;
}

static bool
is_offered(const struct reader *r, uint32_t chunk)
{
	for (uint32_t i = 0; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (machine_offers(m, &r->image->id, chunk) &&
		    !machine_cut(m, r->machine) && !machine_cut(r->machine, m))
			return true;
	}
	return false;
}

/* Returns true if r's machine knows the image, or can learn of it from machine
 * 0, its first peer. */
static bool
is_known(const struct reader *r)
{
	const struct router *router = r->machine->router;
	const struct machine *first = world_machine(0);

	if (router != NULL && image_by_id(router->images, &r->image->id))
		return true;
	return first->on && first->ills == 0 && first->fault == NULL &&
	       r->machine->fault == NULL;
}

static bool
all_offered(const struct reader *r, const struct call *c)
{
	uint32_t size = r->image->chunk_size;

	if (!r->machine->on || r->machine->ills > 0 || !is_known(r))
		return false;
	for (uint64_t at = c->offset / size; at * size < c->offset + c->len;
	     at++)
		if (!is_offered(r, at))
			return false;
	return true;
}

bool
reader_can_go_on(const struct reader *r)
{
	for (unsigned i = 0; i < r->depth; i++)
		if (r->ones[i].since_ns != 0 &&
		    !all_offered(r, &r->ones[i].call))
			return false;
	return r->machine->on && r->machine->ills == 0;
}

void
reader_watch(struct reader *r, int64_t bound_ns)
{
	int64_t now = event_now_ns();

	for (unsigned i = 0; i < r->depth; i++) {
		struct one *o = &r->ones[i];

		if (o->since_ns == 0 || !all_offered(r, &o->call)) {
			o->offered_ns = 0;
			continue;
		}
		if (o->offered_ns == 0)
			o->offered_ns = now;
		if (now - o->offered_ns < bound_ns || r->told)
			continue;
		r->told = true;
		trace_broken(r->machine,
			     "a read of chunk %u waits for %.1f s, and it is "
			     "there to be had",
			     (unsigned)(o->call.offset / r->image->chunk_size),
			     (now - o->offered_ns) / 1e9);
	}
}
