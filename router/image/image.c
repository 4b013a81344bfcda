/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/image/image.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "router/image/image_inside.h"

/* least time between two warnings of image_warn_lost; arbitrary */
#define WARN_NS 10000000000LL
/* chunks that one call of images_look_over checks; arbitrary: takes 20 us */
#define LOOK_OVER 1024
/* Bytes of memory that an image's tables take for each chunk: its hash, and
 * what this router knows of the chunk (measured: 80). */
#define TABLE_CHUNK_BYTES 96
/* images_table_max is 1/TABLE_PART of the machine's memory, but at least
 * TABLE_LEAST bytes.  Arbitrary: the tables of an image of 128 GiB, in chunks
 * of 128 KiB, take 96 MiB. */
#define TABLE_PART 8
#define TABLE_LEAST (128ULL << 20)
/* bytes that one call of image_shrink drops; arbitrary: takes some ms */
#define SHRINK_BYTES (32U << 20)

struct images *
images_new(const char *store_dir, const struct image_ops *ops, void *ctx)
{
	struct images *is = calloc(1, sizeof *is);

	if (is == NULL)
		return NULL;
	STAILQ_INIT(&is->list);
	STAILQ_INIT(&is->leaving);
	is->store_dir = store_dir;
	is->ops = ops;
	is->ctx = ctx;
	return is;
}

void
images_free(struct images *is)
{
	if (is == NULL)
		return;
	while (!STAILQ_EMPTY(&is->list))
		image_close(STAILQ_FIRST(&is->list));
	while (!STAILQ_EMPTY(&is->leaving))
		image_close(STAILQ_FIRST(&is->leaving));
	free(is);
}

struct image *
images_first(const struct images *is)
{
	return STAILQ_FIRST(&is->list);
}

static int
allocate(struct whole *w)
{
	struct image *im = &w->im;
	uint32_t n = im->m->nchunks != 0 ? im->m->nchunks : 1;

	im->buffers = buffers_new(im->m->chunk_size);
	im->held = bitmap_new(im->m->nchunks);
	im->coming = bitmap_new(im->m->nchunks);
	im->have = bitmap_new(im->m->nchunks);
	w->dropped = bitmap_new(im->m->nchunks);
	im->passing = lru_new(n);
	w->pins = calloc(n, sizeof *w->pins);
	w->used = calloc(n, sizeof *w->used);
	return im->buffers != NULL && im->held != NULL && im->coming != NULL &&
		       im->have != NULL && w->dropped != NULL &&
		       im->passing != NULL && w->pins != NULL && w->used != NULL
		   ? 0
		   : -1;
}

void
image_note_held(struct whole *w, uint32_t chunk)
{
	bitmap_add(w->im.have, chunk);
	if (bitmap_add(w->im.held, chunk))
		w->all->ops->changed(w->all->ctx);
}

/* Called when a chunk of this seed is not held any more, which happens only if
 * the image file is wrong: logs that, once. */
static void
complain_base(struct whole *w, uint32_t chunk)
{
	AUTO_FREE char *file = store_base(w->im.store);

	if (w->told_base || file == NULL)
		return;
	w->told_base = true;
	log_error(
	    "%s: chunk %" PRIu32 " is not as the manifest of image %s "
	    "says, or cannot be read, and is not served; vfield image verify "
	    "tells what else",
	    file, chunk, w->im.m->name);
}

void
image_note_gone(struct whole *w, uint32_t chunk)
{
	struct image *im = &w->im;

	if (im->is_seed && bitmap_has(im->held, chunk))
		complain_base(w, chunk);
	if (!bitmap_has(im->coming, chunk))
		bitmap_remove(im->have, chunk);
	lru_remove(im->passing, chunk);
	if (bitmap_remove(im->held, chunk))
		w->all->ops->changed(w->all->ctx);
}

/* Opens the image's store, and notes which chunks are in it.  Returns 0, or -1
 * and errno. */
static int
open_store(struct whole *w, struct manifest *m, const char *image_file)
{
	struct image *im = &w->im;

	im->store = store_create(w->all->store_dir, m, image_file);
	if (im->store == NULL)
		return -1;
	im->m = store_manifest(im->store);
	if (allocate(w) == -1)
		return -1;
	for (uint32_t c = 0; c < im->m->nchunks; c++)
		if (store_state(im->store, c) != CHUNK_ABSENT)
			image_note_held(w, c);
	return 0;
}

struct image *
images_add(struct images *is, struct manifest *m, const char *image_file)
{
	struct whole *w = calloc(1, sizeof *w);

	if (w == NULL) {
		manifest_free(m);
		return NULL;
	}
	w->all = is;
	w->im.is_seed = image_file != NULL;
	w->file = image_file != NULL ? strdup(image_file) : NULL;
	w->im.in_use = true;
	w->im.known_ns = clock_now_ns();
	STAILQ_INSERT_TAIL(&is->list, &w->im, entry);
	if (open_store(w, m, image_file) == -1 ||
	    is->ops->opened(is->ctx, &w->im) == -1) {
		int saved = errno;

		image_close(&w->im);
		errno = saved;
		return NULL;
	}
	return &w->im;
}

void
image_close(struct image *im)
{
	struct whole *w = whole_of(im);

	if (im->leaving)
		STAILQ_REMOVE(&w->all->leaving, im, image, entry);
	else
		STAILQ_REMOVE(&w->all->list, im, image, entry);
	w->all->ops->closed(w->all->ctx, im);
	store_close(im->store);
	buffer_put(w->unkept);
	buffers_free(im->buffers);
	bitmap_free(im->held);
	bitmap_free(im->coming);
	bitmap_free(im->have);
	bitmap_free(w->dropped);
	lru_free(im->passing);
	free(w->pins);
	free(w->used);
	free(w->file);
	free(w);
}

struct image *
image_by_id(const struct images *is, const struct digest *id)
{
	struct image *im;

	IMAGES_FOREACH (im, is)
		if (digest_equal(&im->m->id, id))
			return im;
	return NULL;
}

uint32_t
images_count(const struct images *is)
{
	const struct image *im;
	uint32_t n = 0;

	IMAGES_FOREACH (im, is)
		n++;
	return n;
}

uint64_t
image_table_bytes(uint64_t nchunks)
{
	return nchunks * TABLE_CHUNK_BYTES;
}

uint64_t
images_table_bytes(const struct images *is)
{
	const struct image *im;
	uint64_t bytes = 0;

	IMAGES_FOREACH (im, is)
		bytes += image_table_bytes(im->m->nchunks);
	return bytes;
}

uint64_t
images_table_max(void)
{
	uint64_t memory =
	    (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	return memory / TABLE_PART > TABLE_LEAST ? memory / TABLE_PART
						 : TABLE_LEAST;
}

const struct image_counts *
images_counts(const struct images *is)
{
	return &is->counts;
}

static bool
is_unkept(const struct whole *w, uint32_t chunk)
{
	return w->unkept != NULL && w->unkept_chunk == chunk;
}

static void
settle(struct whole *w)
{
	struct buffer *b = w->unkept;

	if (b == NULL)
		return;
	w->unkept = NULL;
	if (image_keep(&w->im, w->unkept_chunk, b->data) != 0)
		image_note_gone(w, w->unkept_chunk);
	buffer_put(b);
}

struct image *
images_leaving(const struct images *is)
{
	return STAILQ_FIRST(&is->leaving);
}

void
image_leave(struct image *im)
{
	struct images *is = whole_of(im)->all;

	settle(whole_of(im));
	STAILQ_REMOVE(&is->list, im, image, entry);
	im->leaving = true;
	im->left_ns = clock_now_ns();
	STAILQ_INSERT_TAIL(&is->leaving, im, entry);
	is->ops->changed(is->ctx);
}

bool
image_shrink(struct image *im)
{
	uint32_t n = im->m->nchunks, c = bitmap_next(im->held, 0);
	uint64_t bytes = 0;

	for (; c < n && bytes < SHRINK_BYTES; c = bitmap_next(im->held, c + 1))
		if (!image_pinned(im, c) && !store_in_base(im->store, c)) {
			bytes += im->m->chunk_size;
			image_drop(im, c);
		}
	return bytes >= SHRINK_BYTES || whole_of(im)->jobs > 0;
}

bool
image_is_idle(struct image *im)
{
	const struct whole *w = whole_of(im);

	settle(whole_of(im));
	return w->pinned == 0 && w->jobs == 0 &&
	       buffers_bytes_out(im->buffers) == 0;
}

void
images_settle(struct images *is)
{
	struct image *im;

	IMAGES_FOREACH (im, is)
		settle(whole_of(im));
}

bool
images_trim(struct images *is)
{
	struct image *im;
	bool more = false;

	IMAGES_FOREACH (im, is)
		more |= buffers_trim(im->buffers);
	return more;
}

static void
look_over(struct whole *w)
{
	const struct image *im = &w->im;

	for (uint32_t i = 0; i < LOOK_OVER && i < im->m->nchunks; i++) {
		uint32_t c = w->cursor++ % im->m->nchunks;

		if (store_state(im->store, c) == CHUNK_ABSENT &&
		    !is_unkept(w, c))
			image_note_gone(w, c);
	}
}

void
images_look_over(struct images *is)
{
	struct image *im;

	IMAGES_FOREACH (im, is)
		look_over(whole_of(im));
}

bool
image_holds(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	if (im->disk != NULL &&
	    (bitmap_has(w->dropped, chunk) || store_waits(im->store, chunk)))
		return false;
	switch (store_state(im->store, chunk)) {
	case CHUNK_HELD:
		return true;
	case CHUNK_FOUND:
		if (store_check(im->store, chunk) == 0)
			return true;
		w->all->counts.hash_failures++;
		break;
	case CHUNK_ABSENT:
		if (!is_unkept(w, chunk))
			break;
		settle(w);
		if (store_state(im->store, chunk) == CHUNK_HELD)
			return true;
		break;
	}
	/* the plugin may have found the chunk damaged, and removed it from the
	 * store */
	image_note_gone(w, chunk);
	return false;
}

bool
image_on_disk(const struct image *im, uint32_t chunk)
{
	return im->disk != NULL &&
	       !bitmap_has(whole_const(im)->dropped, chunk) &&
	       store_on_disk(im->store, chunk);
}

void
image_was_wrong(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	if (store_state(im->store, chunk) != CHUNK_ABSENT)
		return;
	w->all->counts.hash_failures += bitmap_has(im->held, chunk);
	image_note_gone(w, chunk);
}

void
image_warn_lost(struct image *im, uint32_t chunk, int64_t now_ns)
{
	struct images *is = whole_of(im)->all;

	if (now_ns < is->warn_ns)
		return;
	is->warn_ns = now_ns + WARN_NS;
	log_warn("image %s: chunk %" PRIu32 ", and perhaps others, cannot be "
		 "read here any more: it is fetched from peers",
		 im->m->name, chunk);
}

void
image_disk_hangs(struct image *im, bool hangs)
{
	for (uint32_t c = 0; c < im->m->nchunks; c++) {
		if (!image_on_disk(im, c))
			continue;
		if (hangs)
			bitmap_remove(im->held, c);
		else
			image_note_held(whole_of(im), c);
	}
	whole_of(im)->all->ops->changed(whole_of(im)->all->ctx);
}

void
image_leave_open(struct image *im)
{
	im->store = NULL;
	im->buffers = NULL;
}

int
image_keep(struct image *im, uint32_t chunk, const void *data)
{
	struct whole *w = whole_of(im);
	struct images *is = w->all;
	bool passes;

	if (!is->ops->admit(is->ctx, im, chunk, &passes))
		return ENOSPC;
	if (store_put_right(im->store, chunk, data) == -1) {
		int error = errno;

		image_refused(im, error);
		return error;
	}
	if (passes)
		lru_add(im->passing, chunk);
	image_touch(im, chunk);
	image_note_held(w, chunk);
	return 0;
}

void
image_keep_soon(struct image *im, uint32_t chunk, struct buffer *b)
{
	struct whole *w = whole_of(im);

	settle(w);
	w->unkept = buffer_ref(b);
	w->unkept_chunk = chunk;
	bitmap_add(im->have, chunk);
}

bool
image_keeps_soon(const struct image *im)
{
	return whole_const(im)->unkept != NULL;
}

void
image_expect(struct image *im, uint32_t chunk)
{
	bitmap_add(im->coming, chunk);
	bitmap_add(im->have, chunk);
}

void
image_expect_end(struct image *im, uint32_t chunk)
{
	bitmap_remove(im->coming, chunk);
	if (!bitmap_has(im->held, chunk) && !image_on_disk(im, chunk))
		bitmap_remove(im->have, chunk);
}

void
image_pin(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	w->pins[chunk]++;
	w->pinned++;
	assert(w->pins[chunk] != 0);
}

void
image_unpin(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	assert(w->pins[chunk] != 0);
	w->pins[chunk]--;
	w->pinned--;
}

bool
image_pinned(const struct image *im, uint32_t chunk)
{
	return whole_const(im)->pins[chunk] != 0;
}

void
image_touch(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	w->used[chunk] = ++w->clock;
	if (lru_has(im->passing, chunk))
		lru_add(im->passing, chunk);
}

uint32_t
image_used(const struct image *im, uint32_t chunk)
{
	return whole_const(im)->used[chunk];
}
