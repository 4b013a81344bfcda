/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/behind.h"

#include <errno.h>

#include "router/cluster/nodes.h"
#include "router/cluster/routes.h"
#include "router/image/image.h"

/* Returns for how many chunks of the image the node's budget has room, up to
 * all of them.  A node of budget 0 keeps nothing, so that it is unknown how
 * many chunks it can hold; it counts as having room for all. */
static uint32_t
room(const struct node *n, const struct image *im)
{
	uint64_t chunks = n->info.budget / im->m->chunk_size;

	return n->info.budget > 0 && chunks < im->m->nchunks ? chunks
							     : im->m->nchunks;
}

static void
leave(struct peer *p)
{
	struct peer_stats st;

	peer_get_stats(p, &st);
	if (st.outstanding > 0)
		peer_drop(p, ECANCELED);
}

static struct route_pace
now(const struct image *im, uint32_t slot)
{
	struct route_pace p = im->routes->at[slot].pace;

	p.held = routes_held_count(im, slot);
	return p;
}

static void
judge(struct image *im, const struct nodes *ns, struct route_pace own)
{
	struct routes *rt = im->routes;

	for (uint32_t i = 1; i < rt->n; i++) {
		struct route_node *rn = &rt->at[i];
		const struct node *n = nodes_at(ns, i);
		struct route_pace its = now(im, i);
		bool was = rn->behind;

		rn->behind = n != NULL && !rn->complete &&
			     route_is_behind(own, its, room(n, im), was);
		if (rn->behind == was)
			continue;
		rt->stale = true;
		if (rn->behind)
			leave(n->peer);
	}
}

/* Returns true if gains of the node at slot tell how fast it reads: a node that
 * neither reads nor is active gains only chunks that others ask it for.  self:
 * true if this node (slot 0) reads. */
static bool
reads(const struct nodes *ns, uint32_t slot, bool self)
{
	const struct node *n = nodes_at(ns, slot);

	return slot == 0 ? self : n != NULL && n->info.active;
}

void
behind_judge(const struct images *is, const struct nodes *ns, bool reading,
	     bool marks)
{
	static const struct route_pace none = {0};
	struct image *im;

	IMAGES_FOREACH (im, is) {
		struct routes *rt = im->routes;

		judge(im, ns, reading ? now(im, 0) : none);
		for (uint32_t i = 0; marks && i < rt->n; i++)
			route_pace_mark(&rt->at[i].pace,
					routes_held_count(im, i),
					reads(ns, i, reading));
	}
}
