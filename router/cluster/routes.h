/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* routes: the nodes as routing sees them for one image: a route_node for each
 * slot, and the trees and the line that are built of these.  A part of the
 * image (image.routes).
 *
 * The cluster writes the route_nodes; whoever chooses a node to ask calls
 * routes_refresh first, and then reads trees and line.
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
	bool stale;    /* trees and line are to be built anew */
	uint64_t news; /* counts the changes of what nodes hold */
};

/* Makes im->routes; what each node holds is taken from the node's rumours.
 * Returns -1 on ENOMEM. */
int routes_image_opened(struct image *im, struct nodes *ns, unsigned copies);
void routes_image_closed(struct image *im);

/* Extends the array of route_node to so many slots.  Returns -1 on ENOMEM. */
int routes_grow(struct image *im, uint32_t slots);
/* Builds trees and line anew if they are stale. */
void routes_refresh(struct image *im);
/* Returns whether the node at slot has the image file itself. */
bool routes_is_seed(const struct image *im, uint32_t slot);
/* Returns the chunks that the node at slot is known to hold; NULL: nothing is
 * known of them. */
const struct bitmap *routes_held(const struct image *im, uint32_t slot);
uint32_t routes_held_count(const struct image *im, uint32_t slot);
/* Returns the bitmap of the chunks that the node at slot holds, which the
 * caller updates as news says; makes an empty one if there is none.  NULL:
 * there is no room for it (heard.h). */
struct bitmap *routes_held_said(struct image *im, uint32_t slot);
/* Frees the bitmap of the chunks that the node at slot holds: which these are
 * is unknown from then on. */
void routes_held_forget(struct image *im, uint32_t slot);
/* Notes that the node at slot does not hold the chunk, though it said so. */
void routes_lacks(struct image *im, uint32_t slot, uint32_t chunk);

#endif
