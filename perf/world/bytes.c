/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Replaces (-Wl,--wrap) the functions by which a router uses the bytes of
 * chunks or asks for the time of day: a buffer has room only for a struct
 * chunk, hashes are made from the numbers of image and chunk, and the time of
 * day is the machine's.
 */
#include "perf/world/chunk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "perf/world/clock.h"
#include "perf/world/machine.h"
#include "perf/world/rng.h"
#include "router/fetch/hasher.h"

/* time that the router's thread needs to hash 128 KiB and to hand over the job
 * (perf/results) */
#define HASH_NS (200 * US)
/* time of day when the world begins, s since 1970: arbitrary */
#define DAY_ZERO 1800000000

bool __wrap_manifest_chunk_ok(const struct manifest *m, uint32_t chunk,
			      const void *data);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
time_t __wrap_time(time_t *to);
ssize_t __wrap_getrandom(void *to, size_t len, unsigned flags);

bool
__wrap_manifest_chunk_ok(const struct manifest *m, uint32_t chunk,
			 const void *data)
{
	return chunk_is(m, chunk, data);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return calloc(1, sizeof(struct chunk));
}

time_t
__wrap_time(time_t *to)
{
	const struct machine *m = clock_running();
	time_t now =
	    DAY_ZERO + event_now_ns() / SECOND + (m != NULL ? m->day_s : 0);

	if (to != NULL)
		*to = now;
	return now;
}

/* Members' nonces come from here.  They are the same in each run, and no seed's
 * random numbers are used up for them. */
ssize_t
__wrap_getrandom(void *to, size_t len, unsigned flags)
{
	static uint8_t last;

	memset(to, ++last, len);
	return len;
}

/* Returns the hash of a chunk's right bytes, which is made of the chunk's
 * number and the image's. */
static struct digest
hash_of(const struct chunk *c)
{
	struct digest d = {0};

	memcpy(d.b, &c->number, sizeof c->number);
	memcpy(d.b + sizeof c->number, &c->image, sizeof c->image);
	return d;
}

struct chunk
chunk_of(const struct manifest *m, uint32_t number)
{
	struct chunk c = {.number = number, .right = true};

	memcpy(&c.image, m->chunks[number].b + sizeof c.number, sizeof c.image);
	return c;
}

bool
chunk_is(const struct manifest *m, uint32_t number, const struct chunk *c)
{
	struct digest d = hash_of(c);

	return c->right && digest_equal(&d, &m->chunks[number]);
}

struct manifest *
chunk_image(uint32_t image, uint64_t size, uint32_t chunk_size)
{
	struct manifest *m = must(calloc(1, sizeof *m));
	size_t len;

	snprintf(m->name, sizeof m->name, "image%u", image);
	m->version = MANIFEST_VERSION_MAX;
	m->size = size;
	m->chunk_size = chunk_size;
	m->nchunks = (size + chunk_size - 1) / chunk_size;
	m->chunks = must(calloc(m->nchunks, sizeof *m->chunks));
	for (uint32_t c = 0; c < m->nchunks; c++)
		m->chunks[c] = hash_of(&(struct chunk){c, image, true});
	free(must(manifest_encode(m, &len)));
	return m;
}

struct manifest *
chunk_image_copy(const struct manifest *m)
{
	struct manifest *copy = must(malloc(sizeof *copy));

	*copy = *m;
	copy->chunks = must(calloc(m->nchunks, sizeof *m->chunks));
	memcpy(copy->chunks, m->chunks, m->nchunks * sizeof *m->chunks);
	return copy;
}

/* --- router/fetch/hasher.h: hashes in HASH_NS, beside the router --- */

struct hasher {
	struct loop *loop;
	struct loop_timer timer;
	STAILQ_HEAD(, hash_job) jobs;
	void (*done)(void *ctx, struct hash_job *j);
	void *ctx;
};

static void
give_back(struct hasher *h)
{
	struct hash_job *j = STAILQ_FIRST(&h->jobs);
	const struct chunk *c = j->data;
	struct digest d = hash_of(c);

	STAILQ_REMOVE_HEAD(&h->jobs, entry);
	j->right = c->right && digest_equal(&d, j->wanted);
	h->done(h->ctx, j);
}

static void
on_hashed(void *ctx)
{
	struct hasher *h = ctx;

	give_back(h);
	if (!STAILQ_EMPTY(&h->jobs) && h->timer.slot == 0)
		clock_deliver(h->loop, &h->timer, event_now_ns() + HASH_NS);
}

struct hasher *
hasher_new(struct loop *l, void (*done)(void *ctx, struct hash_job *j),
	   void *ctx)
{
	struct hasher *h = must(calloc(1, sizeof *h));

	h->loop = l;
	h->done = done;
	h->ctx = ctx;
	h->timer = (struct loop_timer){.fire = on_hashed, .ctx = h};
	STAILQ_INIT(&h->jobs);
	return h;
}

void
hasher_free(struct hasher *h)
{
	if (h != NULL)
		loop_timer_cancel(h->loop, &h->timer);
	free(h);
}

void
hasher_start(struct hasher *h, struct hash_job *j)
{
	STAILQ_INSERT_TAIL(&h->jobs, j, entry);
	if (h->timer.slot == 0)
		clock_deliver(h->loop, &h->timer, event_now_ns() + HASH_NS);
}

void
hasher_finish(struct hasher *h)
{
	while (!STAILQ_EMPTY(&h->jobs))
		give_back(h);
}
