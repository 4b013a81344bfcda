/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* keeper: decides what this node's stores hold.  It copies chunks in the
 * background while nobody reads, and drops chunks when the stores are at their
 * budget. */
#ifndef VF_ROUTER_WANT_KEEPER_H
#define VF_ROUTER_WANT_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/want/balance.h"
#include "router/want/limits.h"

struct cluster;
struct fetches;
struct image;
struct images;
struct keeper;
struct left;

struct keeper_setup {
	struct loop *loop;
	struct images *images;
	struct left *left;
	struct cluster *cluster;
	struct fetches *fetches;
	const struct limits *limits;
};

/* Makes a keeper.  The pointers in *s must stay valid until keeper_free.
 * Returns NULL on ENOMEM. */
struct keeper *keeper_new(const struct keeper_setup *s);
void keeper_free(struct keeper *k);
/* Allocate and free the keeper's part of an image (image.keeping).  Returns -1
 * on ENOMEM. */
int keeper_image_opened(struct image *im);
void keeper_image_closed(struct image *im);

/* Makes room within the budget for a chunk of im that has arrived, dropping
 * other chunks if need be.  Returns false if there is no room, and no chunk
 * that may be dropped.  Sets *passes: whether the chunk is held only until
 * newer ones have passed (evict.h). */
bool keeper_admit(struct keeper *k, struct image *im, uint32_t chunk,
		  bool *passes);
/* Returns how many chunks ahead of a reader may be fetched so that they are
 * still in the store when the reader comes to them. */
uint32_t keeper_window(const struct keeper *k, const struct image *im);
/* Notes that writing a chunk to the store has failed, with the errno value
 * `error`.  No chunk is copied in the background for a while; and if the disk
 * is full, the bytes that the stores take now become the budget. */
void keeper_refused(struct keeper *k, int error);
/* Starts the next background fetches.  Called when a chunk has arrived. */
void keeper_fetched(struct keeper *k);
/* Writes to *census how many copies the image's chunks have, as of the last
 * balance_look. */
void keeper_census(const struct image *im, struct balance_census *census);
/* Returns how many chunks the keeper has dropped. */
uint64_t keeper_evictions(const struct keeper *k);

#endif
