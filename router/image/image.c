/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/image/image.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "router/cluster/choice.h"
#include "router/cluster/cluster.h"
#include "router/want/keeper.h"
#include "router/want/replay.h"
#include "router/router.h"

#define LOOK_OVER 1024 /* chunks */

static int
allocate(struct image *im)
{
	uint32_t n = im->m->nchunks != 0 ? im->m->nchunks : 1;

	im->replay = replay_new(im);
	im->buffers = buffers_new(im->m->chunk_size);
	im->held = bitmap_new(im->m->nchunks);
	im->have = bitmap_new(im->m->nchunks);
	im->fetching = calloc(n, sizeof *im->fetching);
	im->pins = calloc(n, sizeof *im->pins);
	im->used = calloc(n, sizeof *im->used);
	im->passing = recent_new(n);
	im->trees = route_trees_new(im->router->cfg.copies);
	if (im->replay == NULL || im->buffers == NULL || im->held == NULL ||
	    im->have == NULL || im->fetching == NULL || im->pins == NULL ||
	    im->used == NULL || im->passing == NULL || im->trees == NULL)
		return -1;
	return 0;
}

static void
note_held(struct image *im, uint32_t chunk)
{
	bitmap_add(im->have, chunk);
	if (bitmap_add(im->held, chunk))
		cluster_self_changed(im->router);
}

static void
note_gone(struct image *im, uint32_t chunk)
{
	if (im->fetching[chunk] == NULL)
		bitmap_remove(im->have, chunk);
	recent_remove(im->passing, chunk);
	if (bitmap_remove(im->held, chunk))
		cluster_self_changed(im->router);
}

struct image *
image_open(struct router *r, struct manifest *m, const char *image_file)
{
	struct image *im = calloc(1, sizeof *im);

	if (im == NULL) {
		manifest_free(m);
		return NULL;
	}
	im->router = r;
	im->is_seed = image_file != NULL;
	im->in_use = true;
	im->store = store_create(r->cfg.store_dir, m, image_file);
	if (im->store == NULL)
		goto fail;
	im->m = store_manifest(im->store);
	if (allocate(im) == -1)
		goto fail;
	for (uint32_t c = 0; c < im->m->nchunks; c++)
		if (store_state(im->store, c) != CHUNK_ABSENT)
			note_held(im, c);
	if (cluster_attach_image(r, im) == -1)
		goto fail;
	return im;
fail:;
	int saved = errno;

	image_close(im);
	errno = saved;
	return NULL;
}

void
image_close(struct image *im)
{
	if (im == NULL)
		return;
	cluster_detach_image(im->router, im);
	store_close(im->store);
	replay_free(im->replay);
	buffer_put(im->unkept);
	buffers_free(im->buffers);
	bitmap_free(im->held);
	bitmap_free(im->have);
	free(im->fetching);
	free(im->pins);
	free(im->used);
	recent_free(im->passing);
	route_trees_free(im->trees);
	free(im);
}

struct image *
image_by_id(struct router *r, const struct digest *id)
{
	struct image *im;

	for (im = r->images; im != NULL; im = im->next)
		if (digest_equal(&im->m->id, id))
			return im;
	return NULL;
}

struct image *
image_find(struct router *r, const char *name, size_t len)
{
	struct image *usual = choice_default(r), *found = NULL;
	struct digest id;

	if (len == 0)
		return usual;
	if (digest_parse(name, len, &id) == 0)
		return image_by_id(r, &id);
	/* as the plugin finds them: see store_set_default */
	for (struct image *im = r->images; im != NULL; im = im->next)
		if (strlen(im->m->name) == len &&
		    memcmp(im->m->name, name, len) == 0 && found != usual)
			found = im;
	return found;
}

static bool
is_unkept(const struct image *im, uint32_t chunk)
{
	return im->unkept != NULL && im->unkept_chunk == chunk;
}

bool
image_holds(struct image *im, uint32_t chunk)
{
	switch (store_state(im->store, chunk)) {
	case CHUNK_HELD:
		return true;
	case CHUNK_FOUND:
		if (store_check(im->store, chunk) == 0)
			return true;
		im->router->count.hash_failures++;
		break;
	case CHUNK_ABSENT:
		if (!is_unkept(im, chunk))
			break;
		image_settle(im);
		if (store_state(im->store, chunk) == CHUNK_HELD)
			return true;
		break;
	}
	/* also when the plugin has found the damage */
	note_gone(im, chunk);
	return false;
}

int
image_keep(struct image *im, uint32_t chunk, const void *data)
{
	struct router *r = im->router;
	bool passes;

	if (!keeper_admit(im, chunk, &passes))
		return ENOSPC;
	if (store_put_right(im->store, chunk, data) == -1) {
		int error = errno;

		r->count.store_errors++;
		keeper_put_failed(r, error);
		return error;
	}
	if (passes)
		recent_add(im->passing, chunk);
	image_touch(im, chunk);
	note_held(im, chunk);
	return 0;
}

void
image_keep_soon(struct image *im, uint32_t chunk, struct buffer *b)
{
	image_settle(im);
	im->unkept = buffer_ref(b);
	im->unkept_chunk = chunk;
	bitmap_add(im->have, chunk);
}

void
image_settle(struct image *im)
{
	struct buffer *b = im->unkept;

	if (b == NULL)
		return;
	im->unkept = NULL;
	if (image_keep(im, im->unkept_chunk, b->data) != 0)
		note_gone(im, im->unkept_chunk);
	buffer_put(b);
}

void
image_look_over(struct image *im)
{
	for (uint32_t i = 0; i < LOOK_OVER && i < im->m->nchunks; i++) {
		uint32_t c = im->look_cursor++ % im->m->nchunks;

		if (store_state(im->store, c) == CHUNK_ABSENT &&
		    !is_unkept(im, c))
			note_gone(im, c);
	}
}

void
image_drop(struct image *im, uint32_t chunk)
{
	assert(im->pins[chunk] == 0);
	store_evict(im->store, chunk);
	if (store_state(im->store, chunk) == CHUNK_ABSENT)
		note_gone(im, chunk);
	im->filled = false;
}

void
image_pin(struct image *im, uint32_t chunk)
{
	im->pins[chunk]++;
	assert(im->pins[chunk] != 0);
}

void
image_unpin(struct image *im, uint32_t chunk)
{
	assert(im->pins[chunk] != 0);
	im->pins[chunk]--;
}

void
image_touch(struct image *im, uint32_t chunk)
{
	im->used[chunk] = ++im->clock;
	if (recent_has(im->passing, chunk))
		recent_add(im->passing, chunk);
}
