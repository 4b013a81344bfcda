/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/behind.h"

#include <errno.h>

#include "router/cluster/cluster.h"
#include "router/image/image.h"
#include "router/router.h"

/* What a store of that budget can hold of the image. */
static uint32_t
room(const struct node *n, const struct image *im)
{
	uint64_t chunks = n->info.budget / im->m->chunk_size;

	return chunks < im->m->nchunks ? chunks : im->m->nchunks;
}

static void
leave(struct peer *p)
{
	struct peer_stats st;

	peer_get_stats(p, &st);
	if (st.outstanding > 0)
		peer_drop(p, ECANCELED);
}

static uint32_t
holds(const struct image *im, uint32_t slot)
{
	const struct bitmap *held = slot == 0 ? im->held : im->route[slot].held;

	return held != NULL ? bitmap_count(held) : 0;
}

static struct route_pace
now(const struct image *im, uint32_t slot)
{
	struct route_pace p = im->route[slot].pace;

	p.held = holds(im, slot);
	return p;
}

static void
judge(struct router *r, struct image *im, struct route_pace own)
{
	for (uint32_t i = 1; i < cluster_slots(r); i++) {
		struct route_node *rn = &im->route[i];
		const struct node *n = cluster_at(r, i);
		struct route_pace its = now(im, i);
		bool was = rn->behind;

		rn->behind = n != NULL && !rn->complete &&
			     route_is_behind(own, its, room(n, im), was);
		if (rn->behind == was)
			continue;
		im->trees_stale = true;
		if (rn->behind)
			leave(n->peer);
	}
}

/* One that does not read gains what others want from it. */
static bool
reads(const struct router *r, uint32_t slot, bool self)
{
	const struct node *n = cluster_at(r, slot);

	return slot == 0 ? self : n != NULL && n->info.active;
}

void
behind_judge(struct router *r, bool reading, bool marks)
{
	static const struct route_pace none = {0};

	for (struct image *im = r->images; im != NULL; im = im->next) {
		struct route_pace own = now(im, 0);

		judge(r, im, reading ? own : none);
		for (uint32_t i = 0; marks && i < cluster_slots(r); i++)
			route_pace_mark(&im->route[i].pace, holds(im, i),
					reads(r, i, reading));
	}
}
