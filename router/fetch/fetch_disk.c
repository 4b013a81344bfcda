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

	if (q->writes) {
		fetch_written(fs, q, error == 0);
		return;
	}
	if (error == 0) {
		fs->count.disk += q->ask.len;
	} else if (error == ENODATA) {
		image_was_wrong(q->image, q->chunk);
		image_warn_lost(q->image, q->chunk, loop_now_ns(fs->of.loop));
	}
	fetch_answered(fs, &q->ask, error);
}

static void
on_written(void *ctx, struct image *im, uint32_t chunk, bool passes, int error)
{
	image_write_ended(im, chunk, passes, error);
}

static void
on_dropped(void *ctx, struct image *im, uint32_t chunk)
{
	image_drop_ended(im, chunk);
}

static void
on_hangs(void *ctx, struct image *im, enum disk_side side, bool hangs)
{
	const char *what =
	    side == DISK_READS
		? "the disk that it lies on does not answer: its chunks are "
		  "fetched from peers"
		: "the disk with its store does not answer: its chunks are not "
		  "kept here";

	log_warn("image %s: %s", im->m->name,
		 hangs ? what
		       : (side == DISK_READS
			      ? "the disk that it lies on answers again"
			      : "the disk with its store answers again"));
	if (side == DISK_READS)
		image_disk_hangs(im, hangs);
	fetch_retry(ctx);
}

static const struct disk_ops disk_ops = {
    .done = on_done,
    .written = on_written,
    .dropped = on_dropped,
    .hangs = on_hangs,
};

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
	for (im = images_leaving(fs->of.images); im != NULL;
	     im = STAILQ_NEXT(im, entry))
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

int
fetch_write(struct fetches *fs, struct routed *q)
{
	struct fetch *f = q->fetch;
	struct image *im = q->image;
	bool passes;

	if (!disk_is_well(im->disk)) {
		image_refused(im, ETIMEDOUT);
		return -1;
	}
	if (image_write_begins(im, q->chunk, &passes) == -1)
		return -1;
	if (disk_write(im->disk, q->chunk, q->ask.buf, passes, q) == -1) {
		image_write_ended(im, q->chunk, passes, ENOMEM);
		return -1;
	}
	for (int i = 1; i >= 0; i--)
		if (f->asks[i] != NULL && f->asks[i] != q)
			fetch_drop_ask(f->asks[i]);
	q->writes = true;
	q->ask.peer = NULL;
	fs->in_flight += q->ask.len;
	return 0;
}

bool
fetch_drop_on_disk(struct image *im, uint32_t chunk)
{
	return disk_is_well(im->disk) && disk_drop(im->disk, chunk) == 0;
}
