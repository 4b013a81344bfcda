/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/image/left.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/store.h"
#include "router/image/image.h"

/* most left stores that are listed; arbitrary: four times as many as a node can
 * have images */
#define LEFT_MAX 64
/* Bytes freed in one call of left_drop.  Arbitrary: a file system needs some ms
 * for them. */
#define STEP_BYTES (256ULL << 20)
/* For so long after the router's start no left store is removed, unless its
 * room is wanted at once.  Arbitrary: several times what a node takes to hear
 * of the cluster's images. */
#define EARLY_NS 10000000000LL

struct left {
	struct loop *loop;
	const char *dir;
	const struct images *images;
	int64_t began_ns;
	unsigned n;
	struct store_left of[LEFT_MAX]; /* the left stores, the oldest first */
};

struct left *
left_new(struct loop *l, const char *store_dir, const struct images *images)
{
	struct left *e = calloc(1, sizeof *e);
	int n;

	if (e == NULL)
		return NULL;
	e->loop = l;
	e->dir = store_dir;
	e->images = images;
	e->began_ns = clock_now_ns();
	n = store_left(store_dir, e->of, LEFT_MAX);
	e->n = n > 0 ? n : 0;
	return e;
}

void
left_free(struct left *l)
{
	free(l);
}

/* Returns true if the image of the i-th left store is known by now, so that the
 * store is not a left one any more. */
static bool
is_here(const struct left *l, unsigned i)
{
	return image_by_id(l->images, &l->of[i].id) != NULL;
}

uint64_t
left_bytes(const struct left *l)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < l->n; i++)
		if (!is_here(l, i))
			bytes += l->of[i].bytes;
	return bytes;
}

static void
forget(struct left *l, unsigned i)
{
	l->n--;
	memmove(l->of + i, l->of + i + 1, (l->n - i) * sizeof *l->of);
}

bool
left_drop(struct left *l, bool urgent)
{
	char hex[DIGEST_HEX];
	unsigned i = 0;

	if (!urgent && loop_now_ns(l->loop) - l->began_ns < EARLY_NS)
		return false;
	while (i < l->n && is_here(l, i))
		forget(l, i);
	if (i == l->n)
		return false;
	digest_hex(&l->of[i].id, hex);
	switch (store_left_shrink(l->dir, &l->of[i], STEP_BYTES)) {
	case 1:
		return true;
	case 0:
		log_info("%s/%.12s: what an earlier run left of it is removed",
			 l->dir, hex);
		break;
	default:
		log_warn("%s/%.12s: cannot be removed: %s", l->dir, hex,
			 strerror(errno));
	}
	forget(l, i);
	return true;
}
