/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image: what the router knows of one image: its store, its trees, what is
 * being fetched, what may not be dropped.
 */
#ifndef VF_ROUTER_IMAGE_IMAGE_H
#define VF_ROUTER_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bitmap.h"
#include "lib/manifest.h"
#include "lib/store.h"
#include "router/image/buffers.h"
#include "router/policy/line.h"
#include "router/policy/recent.h"
#include "router/policy/route.h"

struct router;
struct fetch;
struct replay;

struct image {
	struct image *next;
	struct router *router;
	struct store *store;
	const struct manifest *m; /* the store's */
	struct replay *replay;    /* its boot profile */
	struct buffers *buffers;
	struct bitmap *held;   /* HELD or FOUND: what is announced */
	struct bitmap *have;   /* held, unkept or being fetched */
	struct buffer *unkept; /* a chunk that is to be kept soon, or NULL */
	uint32_t unkept_chunk;
	struct fetch **fetching;  /* by chunk */
	uint32_t *pins;           /* by chunk: replies that point at it */
	uint32_t *used;           /* by chunk: when it was last read */
	uint32_t clock;           /* counts reads, for `used` */
	struct recent *passing;   /* of what is held: see fill.h */
	struct route_node *route; /* by slot of the cluster; 0 is this node */
	struct route_trees *trees;
	bool trees_stale; /* and so is the line */
	struct line line;
	uint32_t fill_cursor, look_cursor;
	bool filled;    /* nothing was left to fill when last looked */
	bool is_seed;   /* the image file is here */
	bool in_use;    /* see choice.h */
	uint32_t users; /* clients here that have it attached */
};

/* Takes m over, also on error. */
struct image *image_open(struct router *r, struct manifest *m,
			 const char *image_file);
void image_close(struct image *im);

/* By name, id or "" (the default one); NULL if there is none. */
struct image *image_find(struct router *r, const char *name, size_t len);
struct image *image_by_id(struct router *r, const struct digest *id);

/* Held and verified.  A chunk that was only found is verified now. */
bool image_holds(struct image *im, uint32_t chunk);
/* Keeps a chunk whose hash has been found right; 0 or why not. */
int image_keep(struct image *im, uint32_t chunk, const void *data);
/* The same by image_settle, or as soon as somebody looks for the chunk.  Takes
 * a reference of its own. */
void image_keep_soon(struct image *im, uint32_t chunk, struct buffer *b);
void image_settle(struct image *im);
/* Looks at the next few chunks for such as the plugin has found damaged. */
void image_look_over(struct image *im);
void image_drop(struct image *im, uint32_t chunk);

void image_pin(struct image *im, uint32_t chunk);
void image_unpin(struct image *im, uint32_t chunk);
void image_touch(struct image *im, uint32_t chunk);

#endif
