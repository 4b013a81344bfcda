/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* routes: the nodes of one image, as routing sees them: a route_node by
 * slot, and the trees and the line that are made of them.  An image's part.
 *
 * The cluster writes the nodes; those who route read them after routes_refresh.
 */
#ifndef VF_ROUTER_CLUSTER_ROUTES_H
#define VF_ROUTER_CLUSTER_ROUTES_H

#include <stdbool.h>
#include <stdint.h>

#include "router/policy/line.h"
#include "router/policy/route.h"

struct image;
struct nodes;

struct routes {
	struct nodes *nodes;
	struct route_node *at; /* a node each, by slot; 0 is this node */
	uint32_t n;            /* slots that have a route_node */
	uint32_t capacity;
	struct route_trees *trees;
	struct line line;
	bool stale;    /* trees and line are to be made anew */
	uint64_t news; /* counts changes of who holds what */
};

/* Each node's bits start as what rumours say.  -1: ENOMEM. */
int routes_image_opened(struct image *im, struct nodes *ns, unsigned copies);
void routes_image_closed(struct image *im);

/* Makes a route_node for each slot.  -1: ENOMEM. */
int routes_grow(struct image *im, uint32_t slots);
/* Brings trees and line up to date. */
void routes_refresh(struct image *im);
/* The node at slot has the image file itself. */
bool routes_is_seed(const struct image *im, uint32_t slot);
/* The chunks that the node in a slot is known to hold; NULL: none is known. */
const struct bitmap *routes_held(const struct image *im, uint32_t slot);
uint32_t routes_held_count(const struct image *im, uint32_t slot);
/* News of what the node at slot holds: the bits to be changed.  NULL: there
 * is no room for them (heard.h). */
struct bitmap *routes_held_said(struct image *im, uint32_t slot);
/* The node at slot holds nothing that is known any more. */
void routes_held_forget(struct image *im, uint32_t slot);
/* The node said that it holds the chunk, and does not. */
void routes_lacks(struct image *im, uint32_t slot, uint32_t chunk);

#endif
