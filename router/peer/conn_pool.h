/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* conn_pool: the connections to one peer, and which of them an ask goes over.
 *
 * A flow is the asks of one image, kind and lane.  Each flow has some
 * connections, opened as they are needed; those that take too long to open,
 * hang, or are not used any more end by conn_pool_check.  Callbacks of the
 * connections go to the owner: the context of his conn_ops is ctx.
 *
 * Threads  none: all calls come from the loop's.
 * Errors   as each function says; an ask's own come with `answered`.
 */
#ifndef VF_ROUTER_PEER_CONN_POOL_H
#define VF_ROUTER_PEER_CONN_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/digest.h"
#include "lib/loop.h"
#include "router/peer/peer.h"
#include "router/peer/peer_conn.h"
#include "router/policy/window.h"

struct conn_pool;

/* Makes a pool that keeps ops and window. NULL: ENOMEM. */
struct conn_pool *conn_pool_new(struct loop *l, const struct address *a,
				const struct window *window,
				const struct conn_ops *ops, void *ctx);
/* Asks that are owed are answered with ECANCELED first. */
void conn_pool_free(struct conn_pool *ls);

/* The best connection for an ask, which need not be up yet; NULL: there is none
 * and none can be opened. */
struct peer_conn *conn_pool_choose(struct conn_pool *ls,
				   const struct digest *image,
				   enum ask_kind kind, uint32_t lane);
/* Opens a connection for what the peer holds of the image.  -1: it cannot be
 * opened. */
int conn_pool_open(struct conn_pool *ls, const struct digest *image);
/* Tries once more to reach a peer that could not be reached: 0 if the try is
 * under way. */
int conn_pool_reopen(struct conn_pool *ls);

/* Nothing has ever been wanted of the peer. */
bool conn_pool_unused(const struct conn_pool *ls);
unsigned conn_pool_connections(const struct conn_pool *ls);
bool conn_pool_any_up(const struct conn_pool *ls);
/* The image of some ask that a connection which is up owes; NULL: nothing. */
const struct digest *conn_pool_owing(const struct conn_pool *ls);

/* The times since when something is owed, for each lane whose asks may wait at
 * the peer, and for all other asks; INT64_MAX: nothing is. */
struct debts {
	int64_t since_ns;
	int64_t lane_since_ns[PEER_LANES];
};
void conn_pool_debts(const struct conn_pool *ls, struct debts *d);

/* Close a connection, if it is there still; close all.  Asks that are owed are
 * answered with error. */
void conn_pool_remove(struct conn_pool *ls, struct peer_conn *c, int error);
void conn_pool_close(struct conn_pool *ls, int error);
/* Looks at all connections, to be called now and then.  A connection that does
 * not open in time is told of as dead; one that owes something and has been
 * silent for hung_ns is closed. */
void conn_pool_check(struct conn_pool *ls, int64_t now_ns, int64_t hung_ns);

#endif
