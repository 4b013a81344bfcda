/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/medium.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "perf/world/clock.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"
#include "router/fetch/disk.h"

struct place {
	enum chunk_state state;
	bool base;  /* the chunk lies in the image's file, not in the store's */
	bool right; /* the bytes are right */
};

struct medium {
	LIST_ENTRY(medium) entry;
	struct machine *machine;
	struct manifest *m;
	struct place *at; /* at[c] is the place of chunk c */
	uint64_t bytes;
	bool full;
};

/* A store that a router has open; its chunks are those of the medium d. */
struct store {
	struct medium *d;
};

struct medium *
medium_find(const struct machine *m, const struct digest *image)
{
	struct medium *d;

	LIST_FOREACH (d, &m->media, entry)
		if (digest_equal(&d->m->id, image))
			return d;
	return NULL;
}

const struct manifest *
medium_manifest(const struct medium *d)
{
	return d->m;
}

uint32_t
medium_chunk_at(const struct medium *d, uint64_t offset)
{
	return offset / d->m->chunk_size;
}

static uint32_t
len_of(const struct medium *d, uint32_t chunk)
{
	return manifest_chunk_len(d->m, chunk);
}

static void
lose(struct medium *d, uint32_t chunk)
{
	struct place *p = &d->at[chunk];

	if (p->state != CHUNK_ABSENT && !p->base)
		d->bytes -= len_of(d, chunk);
	*p = (struct place){.state = CHUNK_ABSENT};
}

/* Verifies a chunk that lies on the medium: notes it as held, or, if its bytes
 * are wrong, drops it.  Returns 0; or -1 with errno EBADMSG if the bytes are
 * wrong, or ENODATA if the chunk is absent. */
static int
check(struct medium *d, uint32_t chunk)
{
	struct place *p = &d->at[chunk];

	if (p->state == CHUNK_FOUND && !p->right) {
		lose(d, chunk);
		errno = EBADMSG;
		return -1;
	}
	if (p->state == CHUNK_ABSENT) {
		errno = ENODATA;
		return -1;
	}
	p->state = CHUNK_HELD;
	return 0;
}

static struct chunk
at_place(const struct medium *d, uint32_t chunk)
{
	struct chunk c = chunk_of(d->m, chunk);

	c.right = d->at[chunk].right;
	return c;
}

enum chunk_state
medium_state(const struct medium *d, uint32_t chunk)
{
	return d->at[chunk].state;
}

bool
medium_read(const struct medium *d, uint32_t chunk, struct chunk *c)
{
	if (medium_state(d, chunk) != CHUNK_HELD)
		return false;
	*c = at_place(d, chunk);
	return true;
}

bool
medium_read_found(const struct medium *d, uint32_t chunk, struct chunk *c)
{
	if (medium_state(d, chunk) == CHUNK_FOUND && !d->at[chunk].right)
		return false;
	*c = at_place(d, chunk);
	return medium_state(d, chunk) != CHUNK_ABSENT;
}

bool
medium_has(const struct medium *d, uint32_t chunk)
{
	return d->at[chunk].state != CHUNK_ABSENT && d->at[chunk].right;
}

struct chunk
medium_chunk(const struct store *s, uint32_t chunk)
{
	return at_place(s->d, chunk);
}

/* --- lib/store.h --- */

static struct medium *
medium_new(struct machine *machine, struct manifest *m)
{
	struct medium *d = must(calloc(1, sizeof *d));

	d->machine = machine;
	d->m = m;
	d->at = must(calloc(m->nchunks + 1, sizeof *d->at));
	LIST_INSERT_HEAD(&machine->media, d, entry);
	return d;
}

struct store *
store_create(const char *dir, struct manifest *m, const char *image_file)
{
	struct machine *machine = machine_of_path(dir);
	struct medium *d = medium_find(machine, &m->id);
	struct store *s = must(calloc(1, sizeof *s));

	if (d == NULL)
		d = medium_new(machine, m);
	else
		manifest_free(m);
	for (uint32_t c = 0; c < d->m->nchunks; c++) {
		struct place *p = &d->at[c];

		if (p->state == CHUNK_HELD)
			p->state = CHUNK_FOUND;
		if (p->state == CHUNK_ABSENT && image_file != NULL)
			*p = (struct place){CHUNK_FOUND, true, true};
	}
	s->d = d;
	return s;
}

void
store_close(struct store *s)
{
	free(s);
}

int
store_forget(const char *dir, const struct digest *id)
{
	return 0;
}

int
store_left(const char *dir, struct store_left *list, int max)
{
	return 0;
}

int
store_left_shrink(const char *dir, struct store_left *l, uint64_t bytes)
{
	return 0;
}

int
store_set_default(const char *dir, const struct manifest *m, bool said)
{
	return 0;
}

char *
store_base(const struct store *s)
{
	return NULL;
}

const struct manifest *
store_manifest(const struct store *s)
{
	return s->d->m;
}

enum chunk_state
store_state(const struct store *s, uint32_t chunk)
{
	return s->d->at[chunk].state;
}

int
store_check(const struct store *s, uint32_t chunk)
{
	return check(s->d, chunk);
}

void
store_watch_base(const struct store *s)
{
}

static void
check_budget(struct machine *m)
{
	const struct medium *d;
	uint64_t bytes = 0;

	LIST_FOREACH (d, &m->media, entry)
		bytes += d->bytes;
	if (bytes > m->budget)
		trace_broken(m,
			     "its stores have %" PRIu64 " bytes, not %" PRIu64,
			     bytes, m->budget);
}

/* Stores a chunk whose bytes are right.  Returns 0; or -1 with errno ENOSPC if
 * the medium is full, or if the router is being killed, since it then writes
 * nothing more.  If the medium hangs, stops the router. */
int
store_put_right(struct store *s, uint32_t chunk, const void *data)
{
	const struct chunk *c = data;
	struct medium *d = s->d;

	if (d->machine->hangs)
		clock_stop(d->machine->router_loop, true);
	if (d->full || d->machine->mute) {
		errno = ENOSPC;
		return -1;
	}
	lose(d, chunk);
	d->at[chunk] = (struct place){.state = CHUNK_HELD,
				      .right = chunk_is(d->m, chunk, c)};
	d->bytes += len_of(d, chunk);
	check_budget(d->machine);
	return 0;
}

int
store_put_profile(struct store *s, const char *text, size_t len)
{
	return 0;
}

void
store_doubt(struct store *s, uint32_t chunk)
{
	if (s->d->at[chunk].state == CHUNK_HELD)
		s->d->at[chunk].state = CHUNK_FOUND;
}

void
store_evict(struct store *s, uint32_t chunk)
{
	if (!s->d->at[chunk].base)
		lose(s->d, chunk);
}

bool
store_in_base(const struct store *s, uint32_t chunk)
{
	return s->d->at[chunk].state != CHUNK_ABSENT && s->d->at[chunk].base;
}

int
store_locate(const struct store *s, uint32_t chunk, off_t *offset)
{
	*offset = (off_t)chunk * s->d->m->chunk_size;
	return 0;
}

uint64_t
store_bytes(const struct store *s)
{
	return s->d->bytes;
}

/* --- router/fetch/disk.h: never used, since all chunks are in memory --- */

struct disk *
disk_new(struct loop *l, struct image *im, const struct disk_ops *ops,
	 void *ctx)
{
	return NULL;
}

int
disk_free(struct disk *d)
{
	return 0;
}

int
disk_read(struct disk *d, uint32_t chunk, struct buffer *b, void *owner)
{
	return -1;
}

int
disk_write(struct disk *d, uint32_t chunk, struct buffer *b, bool passes,
	   void *owner)
{
	return -1;
}

int
disk_drop(struct disk *d, uint32_t chunk)
{
	return -1;
}

int64_t
disk_hangs_ns(const struct disk *d, enum disk_side side)
{
	return 0;
}

bool
disk_is_well(const struct disk *d)
{
	return true;
}

void
disk_cancel(struct disk *d, int error)
{
}

bool
store_writes_wait(const struct store *s)
{
	return false;
}

bool
store_find_media(struct store *s)
{
	return false;
}

bool
store_on_disk(const struct store *s, uint32_t chunk)
{
	return false;
}

bool
store_waits(const struct store *s, uint32_t chunk)
{
	return false;
}

/* --- faults --- */

void
medium_fill(struct machine *m, bool full)
{
	struct medium *d;

	LIST_FOREACH (d, &m->media, entry)
		d->full = full;
}

bool
medium_damage(struct medium *d, uint32_t chunk)
{
	struct place *p = &d->at[chunk];

	if (p->state == CHUNK_ABSENT)
		return false;
	p->right = false;
	p->state = CHUNK_FOUND;
	return true;
}

void
medium_wipe(struct machine *m)
{
	struct medium *d;

	LIST_FOREACH (d, &m->media, entry)
		for (uint32_t c = 0; c < d->m->nchunks; c++)
			lose(d, c);
}
