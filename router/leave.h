/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* leave: takes images away while the router runs.
 *
 * An image leaves because somebody has removed it (removed.h), or because
 * nobody uses it and another image needs its place.  From then on the image is
 * in no list: it is not announced, found or filled.  Its clients are cut off,
 * and fetches for it end; its chunks are dropped some at a time, so that reads
 * of other images go on; then its store is removed.  The image file of a seed
 * stays.
 *
 *   (listed) ── leave_begin ──► leaving ── nothing is under way ──► (closed)
 */
#ifndef VF_ROUTER_LEAVE_H
#define VF_ROUTER_LEAVE_H

#include "lib/loop.h"
#include "router/image/image.h"

struct router;

struct leave {
	struct router *r;
	struct loop_timer tick;
};

void leave_init(struct leave *l, struct router *r);
void leave_stop(struct leave *l);

/* Makes an image leave; `why` is a text for the log. */
void leave_begin(struct leave *l, struct image *im, const char *why);
/* Makes the images leave that somebody has removed, except for the default
 * image and those that a client of this node has attached, which leave at a
 * later call. */
void leave_removed(struct leave *l);
/* Returns the image that is to leave first when there are too many: of the
 * images that are not in use, and are no file of this machine, the one that
 * became known first.  Returns NULL if there is none. */
struct image *leave_candidate(const struct images *is);

#endif
