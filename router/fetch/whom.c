/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/fetch/whom.h"

#include "lib/loop.h"
#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/image/image.h"

static const struct route nobody = {ROUTE_NOBODY, ROUTE_NONE, false};

/* For --direct: returns the first usable seed that was not tried. */
static struct route
direct(const struct image *im, const uint32_t *tried, size_t ntried)
{
	const struct routes *rt = im->routes;

	for (uint32_t i = 1; i < rt->n; i++)
		if (rt->at[i].usable && routes_is_seed(im, i) &&
		    !route_was_tried(tried, ntried, i))
			return (struct route){ROUTE_HOLDER, i, false};
	return nobody;
}

/* Returns a usable node that has some of the image, another one at each call.
 * It is not known to hold the chunk, but may: news can be lost, and is not
 * repeated. */
static struct route
guess(struct whom *w, const struct image *im)
{
	const struct routes *rt = im->routes;

	for (uint32_t i = 0; i < rt->n; i++) {
		w->guess = (w->guess + 1) % rt->n;
		if (rt->at[w->guess].usable)
			return (struct route){ROUTE_HOLDER, w->guess, false};
	}
	return nobody;
}

struct route
whom_ask(struct whom *w, struct image *im, uint32_t chunk,
	 const uint32_t *tried, size_t ntried)
{
	const struct routes *rt = im->routes;
	struct route to;

	if (w->direct)
		return direct(im, tried, ntried);
	routes_refresh(im);
	to = route_choose(rt->trees, rt->at, rt->n, chunk, tried, ntried,
			  &w->rng);
	if (to.how == ROUTE_NOBODY) {
		/* a banned node is better than none, since all bytes are
		 * verified */
		cluster_lift_bans(w->cluster);
		to = route_choose(rt->trees, rt->at, rt->n, chunk, tried,
				  ntried, &w->rng);
	}
	if (to.how == ROUTE_NOBODY && ntried == 0)
		to = guess(w, im);
	return to;
}

struct route
whom_ask_holder(struct whom *w, struct image *im, uint32_t chunk,
		const uint32_t *tried, size_t ntried)
{
	const struct routes *rt = im->routes;

	routes_refresh(im);
	return route_choose_holder(rt->trees, rt->at, rt->n, chunk, tried,
				   ntried, &w->rng);
}

struct route
whom_ask_line(struct whom *w, struct image *im, const uint32_t *tried,
	      size_t ntried)
{
	const struct routes *rt = im->routes;

	if (w->direct)
		return nobody;
	routes_refresh(im);
	return line_choose(&rt->line, rt->at, rt->n, tried, ntried, &w->rng,
			   loop_now_ns(w->loop));
}

struct route
whom_ask_late(struct whom *w, struct image *im, uint32_t chunk,
	      const uint32_t *tried, size_t ntried)
{
	const struct routes *rt = im->routes;

	if (w->direct)
		return nobody;
	routes_refresh(im);
	return route_choose_late(rt->trees, rt->at, rt->n, chunk, tried, ntried,
				 &w->rng);
}

void
whom_init(struct whom *w, const struct loop *l, struct cluster *c, bool direct)
{
	*w = (struct whom){.loop = l,
			   .cluster = c,
			   .direct = direct,
			   .rng = (uint64_t)clock_now_ns() | 1};
}
