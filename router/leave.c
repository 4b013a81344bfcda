/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/leave.h"

#include <errno.h>
#include <string.h>

#include "lib/image_name.h"
#include "lib/log.h"
#include "lib/store.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/cluster.h"
#include "router/cluster/removed_images.h"
#include "router/fetch/disk.h"
#include "router/fetch/fetch.h"
#include "router/router.h"

#define TICK_NS 50000000LL
/* An image that leaves is closed only after this time.  By then announce_tick
 * has announced that this node does not have the image, and does not use the
 * image's bitmaps any more. */
#define TOLD_NS 500000000LL

static bool
is_over(struct leave *l, struct image *im)
{
	bool over = nbd_server_drop(l->r->nbd, im);

	over &= fetch_image_leaves(l->r->fetches, im);
	over &= !image_shrink(im);
	/* files on a disk that hangs cannot be removed */
	over &= im->disk == NULL || disk_is_well(im->disk);
	return over && image_is_idle(im) &&
	       loop_now_ns(l->r->loop) - im->left_ns > TOLD_NS;
}

static void
end(struct leave *l, struct image *im)
{
	const char *dir = l->r->cfg.store_dir;
	struct digest id = im->m->id;
	char hex[DIGEST_HEX];

	image_close(im);
	if (store_forget(dir, &id) == -1)
		log_warn("%s/%s: cannot be removed: %s", dir,
			 digest_hex(&id, hex), strerror(errno));
	choice_image_gone(l->r->choice);
}

static void
on_tick(void *ctx)
{
	struct leave *l = ctx;
	struct image *im, *next;

	for (im = images_leaving(l->r->images); im != NULL; im = next) {
		next = STAILQ_NEXT(im, entry);
		if (is_over(l, im))
			end(l, im);
	}
	if (images_leaving(l->r->images) != NULL)
		loop_timer_set(l->r->loop, &l->tick,
			       loop_now_ns(l->r->loop) + TICK_NS);
}

void
leave_init(struct leave *l, struct router *r)
{
	*l = (struct leave){.r = r, .tick = {.fire = on_tick, .ctx = l}};
}

void
leave_stop(struct leave *l)
{
	loop_timer_cancel(l->r->loop, &l->tick);
}

void
leave_begin(struct leave *l, struct image *im, const char *why)
{
	char text[IMAGE_NAME_TEXT];

	log_info("image %s leaves: %s",
		 image_name_text(im->m->name, &im->m->id, text), why);
	image_leave(im);
	choice_image_gone(l->r->choice);
	if (l->tick.slot == 0)
		loop_timer_set(l->r->loop, &l->tick, loop_now_ns(l->r->loop));
}

void
leave_removed(struct leave *l)
{
	const struct removed *removed = choice_removed(l->r->choice);
	struct image *im, *next;

	for (im = images_first(l->r->images); im != NULL; im = next) {
		next = STAILQ_NEXT(im, entry);
		if (im->users == 0 && im != choice_default(l->r->choice) &&
		    removed_has(removed, &im->m->id))
			leave_begin(l, im, "it was removed");
	}
}

void
leave_superseded(struct leave *l)
{
	int64_t now = loop_now_ns(l->r->loop);
	struct image *im, *next;

	for (im = images_first(l->r->images); im != NULL; im = next) {
		next = STAILQ_NEXT(im, entry);
		if (im->users > 0 ||
		    !choice_superseded(l->r->choice, im->m->name, im->m->size,
				       &im->m->id))
			im->old_ns = 0;
		else if (im->old_ns == 0)
			im->old_ns = now;
		else if (!im->in_use && now - im->old_ns > LEAVE_LIST_NS)
			leave_begin(l, im, "a newer list is in force");
	}
}

struct image *
leave_candidate(const struct images *is)
{
	struct image *im;

	IMAGES_FOREACH (im, is)
		if (im->old_ns != 0)
			return im;
	IMAGES_FOREACH (im, is)
		if (!im->in_use && !im->is_seed)
			return im;
	return NULL;
}
