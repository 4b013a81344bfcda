/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* keeper: the contents of this node's store.  It copies chunks in the
 * background while nobody reads, and makes room when the store is at its
 * budget.
 */
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

/* NULL: ENOMEM.  Keeps what it is given. */
struct keeper *keeper_new(const struct keeper_setup *s);
void keeper_free(struct keeper *k);
/* Attaches how far an image has been filled, and takes it away.  -1: ENOMEM. */
int keeper_image_opened(struct image *im);
void keeper_image_closed(struct image *im);

/* Room within the budget for a chunk of im that has come, dropping others if
 * need be; false: what could be dropped must not be.  *passes: it is held
 * until something newer passes (see evict.h). */
bool keeper_admit(struct keeper *k, struct image *im, uint32_t chunk,
		  bool *passes);
/* How far ahead of a reader chunks may be fetched and still be there for it. */
uint32_t keeper_window(const struct keeper *k, const struct image *im);
/* The medium did not take a chunk: for a while nothing is fetched to be kept,
 * and if the medium is full, what it has now is the budget. */
void keeper_refused(struct keeper *k, int error);
/* A chunk has come: another may be fetched in the background. */
void keeper_fetched(struct keeper *k);
/* How often each chunk of the image lies on the nodes, as last looked at. */
void keeper_census(const struct image *im, struct balance_census *census);
/* Chunks that were dropped. */
uint64_t keeper_evictions(const struct keeper *k);

#endif
