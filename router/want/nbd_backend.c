/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/nbd_backend.h"

#include <string.h>

#include "lib/export_names.h"
#include "router/cluster/image_choice.h"
#include "router/image/image.h"
#include "router/want/reads.h"
#include "router/want/replay.h"

/* For so long after the router's start a client waits for an image that is not
 * known.  Arbitrary: a router that is started again knows its images sooner,
 * and a client that names a wrong image does not wait for long. */
#define START_NS 3000000000LL

/* If the name ends with that suffix, shortens *len by it and returns true; else
 * returns false. */
static bool
strip(const char *name, size_t *len, const char *suffix)
{
	size_t n = strlen(suffix);

	if (*len < n || memcmp(name + *len - n, suffix, n) != 0)
		return false;
	*len -= n;
	return true;
}

static bool
on_find(void *ctx, const char *name, size_t len, struct nbd_export *e)
{
	const struct backend *b = ctx;
	bool line = strip(name, &len, EXPORT_SUFFIX_LINE);
	bool held = !line && strip(name, &len, EXPORT_SUFFIX_HELD);
	struct image *im = choice_find(b->choice, name, len);

	if (im == NULL)
		return false;
	e->image = im;
	e->line = line;
	e->held = held;
	e->size = im->m->size;
	e->chunk_size = im->m->chunk_size;
	return true;
}

/* Returns true if the node may not know all of its images yet: it has just
 * started, or knows none. */
static bool
on_soon(void *ctx)
{
	const struct backend *b = ctx;

	return images_first(b->images) == NULL ||
	       loop_now_ns(b->loop) - b->began_ns < START_NS;
}

static void
on_list(void *ctx, void (*say)(void *say_ctx, const char *name), void *say_ctx)
{
	const struct backend *b = ctx;
	const struct image *im;

	IMAGES_FOREACH (im, b->images)
		say(say_ctx, im->m->name);
}

static void
on_user(void *ctx, void *image, bool comes)
{
	const struct backend *b = ctx;

	choice_user(b->choice, image, comes);
	if (comes)
		replay_start(b->replays, image);
}

static void
on_request(void *ctx, struct nbd_request *request)
{
	reads_request(((const struct backend *)ctx)->reads, request);
}

static void
on_cancel(void *ctx, struct nbd_request *request)
{
	reads_cancel(((const struct backend *)ctx)->reads, request);
}

static void
on_lost(void *ctx, void *image, uint64_t offset, uint32_t len)
{
	reads_lost(((const struct backend *)ctx)->reads, image, offset, len);
}

static void
on_closed(void *ctx, uint64_t client)
{
	reads_closed(((const struct backend *)ctx)->reads, client);
}

const struct nbd_backend *
backend_functions(void)
{
	static const struct nbd_backend backend = {
	    .find = on_find,
	    .soon = on_soon,
	    .list = on_list,
	    .request = on_request,
	    .cancel = on_cancel,
	    .lost = on_lost,
	    .closed = on_closed,
	    .user = on_user,
	};

	return &backend;
}
