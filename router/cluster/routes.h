/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* routes: has the data by which policy/route.h and policy/line.h choose nodes
 * for one image: a route_node for each slot, and the trees and the line built
 * from these.  A struct routes is a part of its image (image.routes).
 *
 * The module cluster writes the route_nodes.  A caller that chooses a node to
 * ask calls routes_refresh first, and then reads trees and line.
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
	struct route_node *at; /* indexed by slot; at[0] is this node */
	uint32_t n;            /* how many slots have a route_node */
	uint32_t capacity;
	struct route_trees *trees;
	struct line line;
	/* trees and line must be built anew before they are used */
	bool stale;
	uint64_t news; /* a counter of the changes in which chunks nodes hold */
};

/* Makes im->routes, and takes the chunks that each node holds from the node's
 * rumours (rumour.h).  Returns -1 on ENOMEM. */
int routes_image_opened(struct image *im, struct nodes *ns, unsigned copies);
void routes_image_closed(struct image *im);

/* Extends the array im->routes->at to `slots` slots.  Returns 0, or -1 on
 * ENOMEM. */
int routes_grow(struct image *im, uint32_t slots);
/* Builds trees and line anew if they are stale. */
void routes_refresh(struct image *im);
/* Returns true if the node at slot has the image file itself. */
bool routes_is_seed(const struct image *im, uint32_t slot);
/* Returns the chunks that the node at slot is known to hold; NULL: nothing is
 * known of them. */
const struct bitmap *routes_held(const struct image *im, uint32_t slot);
uint32_t routes_held_count(const struct image *im, uint32_t slot);
/* Returns the bitmap of the chunks that the node at slot holds, for the caller
 * to update when the node announces changes.  Makes an empty bitmap if there is
 * none yet.  NULL: there is no room for one (heard.h). */
struct bitmap *routes_held_said(struct image *im, uint32_t slot);
/* Frees the bitmap of the chunks that the node at slot holds, since these are
 * not known any more. */
void routes_held_forget(struct image *im, uint32_t slot);
/* Notes that the node at slot does not hold the chunk, although it announced
 * that it does. */
void routes_lacks(struct image *im, uint32_t slot, uint32_t chunk);

#endif
