/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/rumour.h"

#include <stdlib.h>

#include "lib/bitmap.h"
#include "membership/wire/hold.h"

struct rumour {
	struct rumour *next;
	struct digest image;
	struct bitmap *held;
};

static struct rumour *
rumour_new(struct rumour *next, const struct digest *image, uint32_t nchunks)
{
	struct rumour *u = calloc(1, sizeof *u);

	if (u == NULL)
		return NULL;
	u->held = bitmap_new(nchunks);
	if (u->held == NULL) {
		free(u);
		return NULL;
	}
	u->image = *image;
	u->next = next;
	return u;
}

/* No more than a node can have images: those that it no longer speaks of
 * make room. */
static void
bound(struct rumour **list)
{
	struct rumour **p = list;

	for (int i = 0; *p != NULL && i < PROTO_IMAGES_MAX; i++)
		p = &(*p)->next;
	rumour_forget(p);
}

void
rumour_hold(struct rumour **list, const struct proto_hold *h, uint32_t nchunks)
{
	struct rumour *u = *list;

	while (u != NULL && !digest_equal(&u->image, &h->image))
		u = u->next;
	if (u == NULL) {
		u = rumour_new(*list, &h->image, nchunks);
		if (u == NULL)
			return;
		*list = u;
		bound(list);
	}
	hold_apply(h, u->held);
}

struct bitmap *
rumour_take(struct rumour **list, const struct digest *image)
{
	struct bitmap *held;
	struct rumour *u;

	while (*list != NULL && !digest_equal(&(*list)->image, image))
		list = &(*list)->next;
	u = *list;
	if (u == NULL)
		return NULL;
	*list = u->next;
	held = u->held;
	free(u);
	return held;
}

void
rumour_forget(struct rumour **list)
{
	while (*list != NULL) {
		struct rumour *u = *list;

		*list = u->next;
		bitmap_free(u->held);
		free(u);
	}
}
