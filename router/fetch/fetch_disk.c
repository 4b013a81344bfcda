/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file reads chunks that lie on this node's own disk, by disk.h. */
#include <errno.h>
#include <stdlib.h>

#include "lib/log.h"
#include "router/fetch/disk.h"
#include "router/fetch/fetch_inside.h"
#include "router/image/image.h"

static void
on_done(void *ctx, void *owner, int error)
{
	struct fetches *fs = ctx;
	struct routed *q = owner;

	if (error == 0) {
		fs->count.disk += q->ask.len;
	} else if (error == ENODATA) {
		image_was_wrong(q->image, q->chunk);
		image_warn_lost(q->image, q->chunk, loop_now_ns(fs->of.loop));
	}
	fetch_answered(fs, &q->ask, error);
}

static void
on_hangs(void *ctx, struct image *im, bool hangs)
{
	if (hangs)
		log_warn("image %s: the disk that it lies on does not answer: "
			 "its chunks are fetched from peers",
			 im->m->name);
	else
		log_warn("image %s: the disk that it lies on answers again",
			 im->m->name);
	image_disk_hangs(im, hangs);
	fetch_retry(ctx);
}

static const struct disk_ops disk_ops = {.done = on_done, .hangs = on_hangs};

int
fetch_image_opened(struct fetches *fs, struct image *im)
{
	uint32_t n = im->m->nchunks != 0 ? im->m->nchunks : 1;

	im->fetching = calloc(n, sizeof(struct fetch *));
	if (im->fetching == NULL)
		return -1;
	if (!store_find_media(im->store))
		return 0;
	im->disk = disk_new(fs->of.loop, im, &disk_ops, fs);
	return im->disk != NULL ? 0 : -1;
}

void
fetch_image_closed(struct image *im)
{
	if (disk_free(im->disk) == -1)
		image_leave_open(im);
	im->disk = NULL;
	free(im->fetching);
	im->fetching = NULL;
}

void
fetch_leave_disks(struct fetches *fs)
{
	struct image *im;

	IMAGES_FOREACH (im, fs->of.images)
		if (im->disk != NULL)
			disk_cancel(im->disk, ECANCELED);
}

int
fetch_ask_disk(struct fetches *fs, struct fetch *f)
{
	struct image *im = f->image;
	struct routed *q;

	if (!image_on_disk(im, f->chunk) || fetch_was_tried(f, SLOT_SELF) ||
	    f->ntried == TRIED_MAX)
		return -1;
	q = fetch_new_ask(fs, f, (struct route){.how = ROUTE_NOBODY});
	if (q == NULL)
		return -1;
	q->of_disk = true;
	if (disk_read(im->disk, f->chunk, q->ask.buf, q) == -1) {
		fetch_free_ask(fs, q);
		return -1;
	}
	fetch_count_ask(fs, f, q);
	return 0;
}
