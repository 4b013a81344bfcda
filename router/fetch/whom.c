/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/fetch/whom.h"

#include "lib/loop.h"
#include "router/cluster/cluster.h"
#include "router/image/image.h"
#include "router/router.h"

/* --direct: a seed, as plain NBD would. */
static struct route
direct(const struct router *r, const struct image *im)
{
	for (uint32_t i = 1; i < cluster_slots(r); i++)
		if (im->route[i].usable && cluster_is_seed(r, im, i))
			return (struct route){ROUTE_HOLDER, i, false};
	return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
}

/* News of a holder may have been lost, and is not repeated: one node that has
 * the image is asked all the same, another each time. */
static struct route
guess(struct whom *w, const struct image *im)
{
	uint32_t slots = cluster_slots(w->r);

	for (uint32_t i = 0; i < slots; i++) {
		w->guess = (w->guess + 1) % slots;
		if (im->route[w->guess].usable)
			return (struct route){ROUTE_HOLDER, w->guess, false};
	}
	return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
}

struct route
whom_ask(struct whom *w, struct image *im, uint32_t chunk,
	 const uint32_t *tried, size_t ntried)
{
	struct router *r = w->r;
	struct route to;

	if (r->cfg.direct)
		return direct(r, im);
	cluster_refresh(r, im);
	to = route_choose(im->trees, im->route, cluster_slots(r), chunk, tried,
			  ntried, &w->rng);
	if (to.how == ROUTE_NOBODY) {
		/* better a liar than nobody: all is checked */
		cluster_lift_bans(r);
		to = route_choose(im->trees, im->route, cluster_slots(r), chunk,
				  tried, ntried, &w->rng);
	}
	if (to.how == ROUTE_NOBODY && ntried == 0)
		to = guess(w, im);
	return to;
}

struct route
whom_ask_line(struct whom *w, struct image *im, const uint32_t *tried,
	      size_t ntried)
{
	struct router *r = w->r;

	if (r->cfg.direct)
		return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
	cluster_refresh(r, im);
	return line_choose(&im->line, im->route, cluster_slots(r), tried,
			   ntried, &w->rng, loop_now_ns(r->loop));
}

struct route
whom_ask_late(struct whom *w, struct image *im, uint32_t chunk,
	      const uint32_t *tried, size_t ntried)
{
	struct router *r = w->r;

	if (r->cfg.direct)
		return (struct route){ROUTE_NOBODY, ROUTE_NONE, false};
	cluster_refresh(r, im);
	return route_choose_late(im->trees, im->route, cluster_slots(r), chunk,
				 tried, ntried, &w->rng);
}

void
whom_init(struct whom *w, struct router *r)
{
	*w = (struct whom){.r = r, .rng = (uint64_t)clock_now_ns() | 1};
}
