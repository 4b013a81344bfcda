/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* leave: removes images from this node while the router runs.
 *
 * An image leaves because somebody has removed it (removed_images.h), because
 * it is a list of jobs that a newer one has superseded, or because nobody uses
 * it and another image needs its place.  From then on the
 * image is not in the list of images any more: it is not announced, clients do
 * not find it, and none of its chunks is copied.  Its clients are cut off, and
 * fetches for it end.  Its chunks are dropped some at a time, so that reads of
 * other images go on, and then its store is removed.  The image file of a seed
 * stays.
 *
 *   (listed) ── leave_begin ──► leaving ── nothing is under way ──► (closed)
 */
#ifndef VF_ROUTER_LEAVE_H
#define VF_ROUTER_LEAVE_H

#include "lib/loop.h"
#include "router/image/image.h"

/* Chosen: a read of a list that has begun when a newer one comes can end. */
#define LEAVE_LIST_NS 10000000000LL

struct router;

struct leave {
	struct router *r;
	struct loop_timer tick;
};

void leave_init(struct leave *l, struct router *r);
void leave_stop(struct leave *l);

/* Makes an image leave; `why` is a text for the log. */
void leave_begin(struct leave *l, struct image *im, const char *why);
/* Makes all images leave that somebody has removed from the cluster.  The
 * default image, and images that a client of this node has attached, stay for
 * now, and leave at a later call. */
void leave_removed(struct leave *l);
/* Makes the lists of jobs leave that newer ones have superseded and that nobody
 * has used for LEAVE_LIST_NS since.  Whoever gave a list gives the file up,
 * too. */
void leave_superseded(struct leave *l);
/* Returns the image that is to leave first when there are too many images: the
 * one that became known first, of the superseded lists, or else of those that
 * are not in use and of which this node is not a seed.  Returns NULL if there
 * is none. */
struct image *leave_candidate(const struct images *is);

#endif
