/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/routes.h"

#include <stdlib.h>
#include <string.h>

#include "router/cluster/nodes.h"
#include "router/cluster/rumour.h"
#include "router/image/image.h"

/* Returns the bitmap of the chunks that the node at slot announced before the
 * image was known here; NULL: it announced none, or a wrong number of chunks
 * for the image. */
static struct bitmap *
heard_of(struct nodes *ns, uint32_t slot, const struct image *im)
{
	struct bitmap *held = rumour_take(&ns->at[slot].rumours, &im->m->id);

	if (held == NULL || bitmap_size(held) == im->m->nchunks)
		return held;
	heard_free(&ns->heard, held);
	return NULL;
}

int
routes_image_opened(struct image *im, struct nodes *ns, unsigned copies)
{
	struct routes *rt = calloc(1, sizeof *rt);

	im->routes = rt;
	if (rt == NULL)
		return -1;
	rt->nodes = ns;
	rt->stale = true;
	rt->trees = route_trees_new(copies);
	if (rt->trees == NULL || routes_grow(im, ns->slots) == -1)
		return -1;
	for (uint32_t i = 0; i < ns->slots; i++)
		rt->at[i].held = heard_of(ns, i, im);
	return 0;
}

void
routes_image_closed(struct image *im)
{
	struct routes *rt = im->routes;

	if (rt == NULL)
		return;
	for (uint32_t i = 0; i < rt->n; i++)
		heard_free(&rt->nodes->heard, rt->at[i].held);
	free(rt->at);
	route_trees_free(rt->trees);
	free(rt);
	im->routes = NULL;
}

int
routes_grow(struct image *im, uint32_t slots)
{
	struct routes *rt = im->routes;
	uint32_t capacity = im->routes->nodes->capacity;

	if (slots > rt->capacity) {
		struct route_node *at =
		    reallocarray(rt->at, capacity, sizeof *at);

		if (at == NULL)
			return -1;
		memset(at + rt->capacity, 0,
		       (capacity - rt->capacity) * sizeof *at);
		rt->at = at;
		rt->capacity = capacity;
	}
	if (rt->n < slots)
		rt->n = slots;
	return 0;
}

void
routes_refresh(struct image *im)
{
	struct routes *rt = im->routes;

	if (rt->stale && route_trees_build(rt->trees, rt->at, rt->n) == 0 &&
	    line_build(&rt->line, rt->at, rt->n) == 0)
		rt->stale = false;
}

bool
routes_is_seed(const struct image *im, uint32_t slot)
{
	const struct node *n = nodes_at(im->routes->nodes, slot);
	const struct proto_image *pi =
	    n != NULL ? node_image(n, &im->m->id) : NULL;

	return pi != NULL && pi->seed;
}

const struct bitmap *
routes_held(const struct image *im, uint32_t slot)
{
	return slot == 0 ? im->held : im->routes->at[slot].held;
}

uint32_t
routes_held_count(const struct image *im, uint32_t slot)
{
	const struct bitmap *held = routes_held(im, slot);

	return held != NULL ? bitmap_count(held) : 0;
}

struct bitmap *
routes_held_said(struct image *im, uint32_t slot)
{
	struct route_node *rn = &im->routes->at[slot];

	im->routes->news++;
	if (rn->held == NULL)
		rn->held = heard_new(&im->routes->nodes->heard, im->m->nchunks);
	return rn->held;
}

void
routes_held_forget(struct image *im, uint32_t slot)
{
	struct routes *rt = im->routes;

	if (rt->at[slot].held == NULL)
		return;
	rt->news++;
	heard_free(&rt->nodes->heard, rt->at[slot].held);
	rt->at[slot].held = NULL;
}

void
routes_lacks(struct image *im, uint32_t slot, uint32_t chunk)
{
	struct bitmap *held = im->routes->at[slot].held;

	if (held != NULL && bitmap_remove(held, chunk))
		im->routes->news++;
}
