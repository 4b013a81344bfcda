/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* leave: images that go while the router runs.
 *
 * An image leaves because somebody has removed it (removed.h), or to make a
 * place for another, when nobody uses it.  From then on it is in no list: it is
 * not announced, found or filled.  Its clients are cut off, and what is under
 * way for it ends; its chunks are dropped some at a time, so that reads of
 * other images go on; then its store is removed.  The file of a seed stays.
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

/* The image goes; why, for the log. */
void leave_begin(struct leave *l, struct image *im, const char *why);
/* Images that were removed go, but for the default and those that a client here
 * has attached, which go later. */
void leave_removed(struct leave *l);
/* The image that goes first when there are too many: the one that became known
 * first of those that are neither in use nor a file of this machine.  NULL:
 * there is none. */
struct image *leave_candidate(const struct images *is);

#endif
