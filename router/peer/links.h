/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* links: the connections to one peer, and which of them an ask goes over.
 *
 * A link is what goes one way: asks of one image, kind and lane.  It has some
 * connections, opened as they are needed; those that take too long to open,
 * hang, or are not used any more end by links_check.  What the connections
 * tell goes to the owner: the context of his conn_ops is ctx.
 */
#ifndef VF_ROUTER_PEER_LINKS_H
#define VF_ROUTER_PEER_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/digest.h"
#include "lib/loop.h"
#include "router/peer/peer.h"
#include "router/peer/peer_conn.h"
#include "router/policy/window.h"

struct links;

/* NULL if there is no memory.  ops and window are kept. */
struct links *links_new(struct loop *l, const struct address *a,
			const struct window *window, const struct conn_ops *ops,
			void *ctx);
/* What is owed is answered with ECANCELED first. */
void links_free(struct links *ls);

/* The best one for an ask, which need not be up yet; NULL: none, and none can
 * be opened. */
struct peer_conn *links_choose(struct links *ls, const struct digest *image,
			       enum ask_kind kind, uint32_t lane);
/* Open one for what the peer holds of the image.  -1: it cannot be opened. */
int links_open(struct links *ls, const struct digest *image);
/* One more try to reach a peer that could not be reached: 0 if it is under
 * way. */
int links_reopen(struct links *ls);

/* Nothing has ever been wanted of the peer. */
bool links_unused(const struct links *ls);
unsigned links_connections(const struct links *ls);
bool links_any_up(const struct links *ls);
/* The image of some ask that a connection which is up owes; NULL: nothing. */
const struct digest *links_owing(const struct links *ls);

/* Close one, if it is there still; close all.  What is owed is answered with
 * error. */
void links_remove(struct links *ls, struct peer_conn *c, int error);
void links_close(struct links *ls, int error);
/* Now and then.  One that does not open in time is told of as dead; one that
 * owes something and has been silent for hung_ns is closed. */
void links_check(struct links *ls, int64_t now_ns, int64_t hung_ns);

#endif
