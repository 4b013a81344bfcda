/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file counts the bytes in the stores, and notes what threads write to a
 * store, and remove from it, where that may block. */
#include <assert.h>
#include <errno.h>

#include "router/image/image_inside.h"

const char *
image_file(const struct image *im)
{
	return whole_const(im)->file;
}

uint64_t
image_bytes(const struct image *im)
{
	const struct whole *w = whole_const(im);

	return w->jobs > 0 ? w->bytes : store_bytes(im->store);
}

uint64_t
images_bytes(const struct images *is)
{
	const struct image *im;
	uint64_t bytes = 0;

	IMAGES_FOREACH (im, is)
		bytes += image_bytes(im);
	return bytes;
}

bool
image_writes_wait(const struct image *im)
{
	return im->disk != NULL && store_writes_wait(im->store);
}

static void
begin_job(struct whole *w)
{
	if (w->jobs++ == 0)
		w->bytes = store_bytes(w->im.store);
}

/* Takes a chunk's bytes off w->bytes.  Chunks that nbdkit's plugin has found
 * damaged since the jobs began are not in w->bytes: so it ends at 0. */
static void
count_less(struct whole *w, uint32_t chunk)
{
	uint32_t len = manifest_chunk_len(w->im.m, chunk);

	w->bytes = w->bytes > len ? w->bytes - len : 0;
}

int
image_write_begins(struct image *im, uint32_t chunk, bool *passes)
{
	struct whole *w = whole_of(im);

	if (!w->all->ops->admit(w->all->ctx, im, chunk, passes)) {
		errno = ENOSPC;
		return -1;
	}
	begin_job(w);
	w->bytes += manifest_chunk_len(im->m, chunk);
	return 0;
}

void
image_write_ended(struct image *im, uint32_t chunk, bool passes, int error)
{
	struct whole *w = whole_of(im);

	w->jobs--;
	if (error != 0) {
		count_less(w, chunk);
		image_refused(im, error);
		return;
	}
	if (passes)
		lru_add(im->passing, chunk);
	image_touch(im, chunk);
	image_note_held(w, chunk);
}

void
image_refused(struct image *im, int error)
{
	struct images *is = whole_of(im)->all;

	is->counts.store_errors++;
	is->ops->refused(is->ctx, error);
}

void
image_drop(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	assert(!image_pinned(im, chunk));
	if (store_state(im->store, chunk) == CHUNK_ABSENT) {
		image_note_gone(w, chunk);
		return;
	}
	if (!image_writes_wait(im)) {
		store_evict(im->store, chunk);
		if (store_state(im->store, chunk) == CHUNK_ABSENT)
			image_note_gone(w, chunk);
		return;
	}
	if (store_in_base(im->store, chunk) || bitmap_has(w->dropped, chunk))
		return;
	begin_job(w); /* first, since the thread changes store_bytes */
	if (!w->all->ops->drop(w->all->ctx, im, chunk)) {
		w->jobs--;
		return;
	}
	count_less(w, chunk);
	bitmap_add(w->dropped, chunk);
	image_note_gone(w, chunk);
}

void
image_drop_ended(struct image *im, uint32_t chunk)
{
	struct whole *w = whole_of(im);

	bitmap_remove(w->dropped, chunk);
	w->jobs--;
	if (store_in_base(im->store, chunk))
		image_note_held(w, chunk);
}
