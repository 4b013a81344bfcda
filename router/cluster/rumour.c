/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/rumour.h"

#include <stdlib.h>

#include "lib/bitmap.h"
#include "membership/wire/hold.h"
#include "router/cluster/heard.h"

struct rumour {
	SLIST_ENTRY(rumour) entry;
	struct digest image;
	struct bitmap *held;
};

static struct rumour *
rumour_new(struct heard *heard, const struct digest *image, uint32_t nchunks)
{
	struct rumour *u = calloc(1, sizeof *u);

	if (u == NULL)
		return NULL;
	u->held = heard_new(heard, nchunks);
	if (u->held == NULL) {
		free(u);
		return NULL;
	}
	u->image = *image;
	return u;
}

static void
rumour_free(struct heard *heard, struct rumour *u)
{
	heard_free(heard, u->held);
	free(u);
}

/* Drops the oldest rumours of a node, if there are more than a node can have
 * images: the oldest are of images that the node no longer announces. */
static void
bound(struct rumours *list, struct heard *heard)
{
	struct rumour *last = SLIST_FIRST(list), *u;

	for (int i = 1; last != NULL && i < PROTO_IMAGES_MAX; i++)
		last = SLIST_NEXT(last, entry);
	while (last != NULL && (u = SLIST_NEXT(last, entry)) != NULL) {
		SLIST_REMOVE(list, u, rumour, entry);
		rumour_free(heard, u);
	}
}

static struct rumour *
find(const struct rumours *list, const struct digest *image)
{
	struct rumour *u;

	SLIST_FOREACH(u, list, entry)
	if (digest_equal(&u->image, image))
		break;
	return u;
}

void
rumour_hold(struct rumours *list, struct heard *heard,
	    const struct proto_hold *h, uint32_t nchunks)
{
	struct rumour *u = find(list, &h->image);

	if (u == NULL) {
		u = rumour_new(heard, &h->image, nchunks);
		if (u == NULL)
			return;
		SLIST_INSERT_HEAD(list, u, entry);
		bound(list, heard);
	}
	hold_apply(h, u->held);
}

struct bitmap *
rumour_take(struct rumours *list, const struct digest *image)
{
	struct rumour *u = find(list, image);
	struct bitmap *held;

	if (u == NULL)
		return NULL;
	SLIST_REMOVE(list, u, rumour, entry);
	held = u->held;
	free(u);
	return held;
}

void
rumour_forget(struct rumours *list, struct heard *heard)
{
	struct rumour *u;

	while ((u = SLIST_FIRST(list)) != NULL) {
		SLIST_REMOVE_HEAD(list, entry);
		rumour_free(heard, u);
	}
}
