/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/own_images.h"

#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "boot/cluster.h"
#include "boot/files.h"
#include "boot/machines.h"

/* Milliseconds for which no node may have an image until its offer ends.
 * Arbitrary: after a restart nodes are known one after the other. */
#define GONE_MS 10000

struct own {
	struct proto_image image; /* the image; its name may be empty */
	struct offer *offer;      /* NULL: this place in the table is free */
	/* a machine's line in the list names the image */
	bool named;
	/* when the image is forgotten because no machine has it; nanoseconds of
	 * the monotonic clock */
	int64_t until_ns;
	/* since when no node has the image that is offered, by the monotonic
	 * clock; 0: some node has it */
	int64_t gone_ns;
};

struct own_images {
	struct boot *b;
	struct own all[OWN_IMAGES_MAX];
	unsigned last; /* number of the newest offer */
	bool full;     /* the log already says that there are too many images */
	struct loop_timer forget, gone;
};

static bool
has_own(const struct machine *m)
{
	static const struct digest none;

	return m != NULL && !digest_equal(&m->image, &none);
}

static struct own *
find(const struct own_images *o, const struct digest *id)
{
	for (int i = 0; i < OWN_IMAGES_MAX; i++)
		if (o->all[i].offer != NULL &&
		    digest_equal(&o->all[i].image.id, id))
			return (struct own *)&o->all[i];
	return NULL;
}

static void
on_offer(void *ctx)
{
	struct own_images *o = ctx;

	files_soon(o->b);
}

/* Begins to offer the image of the machine m. */
static struct own *
add(struct own_images *o, const struct machine *m)
{
	struct boot *b = o->b;
	struct offer_settings of = {.rights = b->rights,
				    .dir = b->paths.tftp,
				    .files = b->config.set.files,
				    .number = ++o->last,
				    .keeps = own_images_keeps,
				    .ctx = o};
	struct own *w = o->all;

	while (w < o->all + OWN_IMAGES_MAX && w->offer != NULL)
		w++;
	if (w == o->all + OWN_IMAGES_MAX) {
		if (!o->full)
			log_warn("the site gives hosts more than %d images: "
				 "%s, and others, boot the default image",
				 OWN_IMAGES_MAX, m->name);
		o->full = true;
		return NULL;
	}
	w->offer = offer_new(b->loop, &of, on_offer, o);
	if (w->offer == NULL)
		log_fatal("%m");
	w->image = (struct proto_image){.id = m->image};
	strcpy(w->image.name, m->image_name);
	offer_want(w->offer, &w->image);
	return w;
}

/* Sets the timer to the time at which the next image is forgotten. */
static void
plan(struct own_images *o)
{
	int64_t first = INT64_MAX;

	for (int i = 0; i < OWN_IMAGES_MAX; i++)
		if (o->all[i].offer != NULL && !o->all[i].named &&
		    o->all[i].until_ns < first)
			first = o->all[i].until_ns;
	if (first == INT64_MAX)
		loop_timer_cancel(o->b->loop, &o->forget);
	else
		loop_timer_set(o->b->loop, &o->forget, first);
}

static void
forget(void *ctx)
{
	struct own_images *o = ctx;

	for (int i = 0; i < OWN_IMAGES_MAX; i++) {
		struct own *w = &o->all[i];

		if (w->offer == NULL || w->named ||
		    w->until_ns > clock_now_ns())
			continue;
		offer_free(w->offer);
		*w = (struct own){.offer = NULL};
		o->full = false;
	}
	plan(o);
}

void
own_images_look(struct boot *b)
{
	struct own_images *o = b->own;
	bool was[OWN_IMAGES_MAX];

	for (int i = 0; i < OWN_IMAGES_MAX; i++) {
		was[i] = o->all[i].named;
		o->all[i].named = false;
	}
	for (size_t i = 0; i < machines_count(b->machines); i++) {
		const struct machine *m = machines_at(b->machines, i);
		struct own *w = NULL;

		if (has_own(m)) {
			w = find(o, &m->image);
			w = w != NULL ? w : add(o, m);
		}
		if (w != NULL)
			w->named = true;
	}
	for (int i = 0; i < OWN_IMAGES_MAX; i++)
		if (was[i] && !o->all[i].named)
			o->all[i].until_ns =
			    clock_now_ns() + OFFER_KEEP_MS * NS_PER_MS;
	plan(o);
	files_soon(b);
}

/* Returns true if a host's own image is offered though no node has it.  An own
 * image that is also the default image is never gone: its files belong to the
 * offer of the default image. */
static bool
is_gone(const struct boot *b, const struct own *w)
{
	return w->offer != NULL && offer_image(w->offer) != NULL &&
	       !offer_has(b->offer, &w->image.id) &&
	       !cluster_has_image(b->cluster, &w->image.id);
}

void
own_images_view(struct boot *b)
{
	int64_t now_ns = clock_now_ns(), first = INT64_MAX;

	for (int i = 0; i < OWN_IMAGES_MAX; i++) {
		struct own *w = &b->own->all[i];

		if (!is_gone(b, w)) {
			w->gone_ns = 0;
			continue;
		}
		if (w->gone_ns == 0)
			w->gone_ns = now_ns;
		if (now_ns >= w->gone_ns + GONE_MS * NS_PER_MS) {
			w->gone_ns = 0;
			offer_drop(w->offer);
		} else if (w->gone_ns < first) {
			first = w->gone_ns;
		}
	}
	if (first != INT64_MAX)
		loop_timer_set(b->loop, &b->own->gone,
			       first + GONE_MS * NS_PER_MS);
}

static void
on_gone(void *ctx)
{
	struct own_images *o = ctx;

	own_images_view(o->b);
}

void
own_images_reaped(struct own_images *o, pid_t pid, int status)
{
	for (int i = 0; i < OWN_IMAGES_MAX; i++)
		if (o->all[i].offer != NULL)
			offer_reaped(o->all[i].offer, pid, status);
}

bool
own_images_keeps(void *own, const struct digest *id)
{
	const struct own_images *o = own;

	for (int i = 0; i < OWN_IMAGES_MAX; i++)
		if (o->all[i].offer != NULL && offer_has(o->all[i].offer, id))
			return true;
	return o->b->offer != NULL && offer_has(o->b->offer, id);
}

const struct offer *
own_images_offer(const struct boot *b, const struct machine *m, bool *waits)
{
	const struct own *w = has_own(m) ? find(b->own, &m->image) : NULL;

	*waits = w != NULL && offer_waits(w->offer);
	return w != NULL && offer_image(w->offer) != NULL ? w->offer : b->offer;
}

static void
add_text(json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

json_object *
own_images_json(const struct own_images *o)
{
	json_object *a = json_object_new_array();
	char hex[DIGEST_HEX];

	for (int i = 0; i < OWN_IMAGES_MAX; i++) {
		const struct own *w = &o->all[i];
		json_object *one;

		if (w->offer == NULL || !w->named)
			continue;
		one = json_object_new_object();
		add_text(one, "id", digest_hex(&w->image.id, hex));
		add_text(one, "name", w->image.name);
		if (offer_image(w->offer) == NULL)
			add_text(one, "why", offer_why(w->offer));
		json_object_array_add(a, one);
	}
	return a;
}

int
own_images_open(struct boot *b)
{
	b->own = calloc(1, sizeof *b->own);
	if (b->own == NULL) {
		log_error("%m");
		return -1;
	}
	b->own->b = b;
	b->own->forget.fire = forget;
	b->own->forget.ctx = b->own;
	b->own->gone.fire = on_gone;
	b->own->gone.ctx = b->own;
	return 0;
}

void
own_images_close(struct boot *b)
{
	if (b->own == NULL)
		return;
	loop_timer_cancel(b->loop, &b->own->forget);
	loop_timer_cancel(b->loop, &b->own->gone);
	for (int i = 0; i < OWN_IMAGES_MAX; i++)
		offer_free(b->own->all[i].offer);
	free(b->own);
	b->own = NULL;
}
