/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* conn_pool: keeps the connections to one peer, and chooses which of them
 * carries an ask.
 *
 * A flow is the asks of one image, kind and lane.  Each flow has some
 * connections, which are opened as they are needed.  conn_pool_check closes
 * connections that hang or are not used any more, and reports those that take
 * too long to open.  The connections call the conn_ops that conn_pool_new was
 * given, with its ctx.
 *
 * Threads  none: all functions are called from the loop's thread.
 * Errors   each function's comment has its own; an ask that fails is given back
 *          by conn_ops.answered, with an errno value.
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

/* Makes a pool without connections, which are opened with psk_file (conn_open).
 * psk_file, window and ops must stay valid until
 * conn_pool_free.  Returns NULL on ENOMEM. */
struct conn_pool *conn_pool_new(struct loop *l, const struct address *a,
				const char *psk_file,
				const struct window *window,
				const struct conn_ops *ops, void *ctx);
/* Frees the pool and its connections.  Open asks are answered with ECANCELED
 * first. */
void conn_pool_free(struct conn_pool *ls);

/* Returns the best connection for an ask; the connection need not be up yet.
 * Opens one if all are busy.  NULL: the flow has no connection, and none can be
 * opened. */
struct peer_conn *conn_pool_choose(struct conn_pool *ls,
				   const struct digest *image,
				   enum ask_kind kind, uint32_t lane);
/* Opens a connection for asks of kind ASK_HELD of the image.  Returns 0 if the
 * connection is open or being opened, -1 if it cannot be opened. */
int conn_pool_open(struct conn_pool *ls, const struct digest *image);
/* Opens a connection, to try once more to reach a peer that is down.  Returns 0
 * while the connection is being opened, -1 if that has failed. */
int conn_pool_reopen(struct conn_pool *ls);

/* Returns true if no connection to the peer was ever wanted. */
bool conn_pool_unused(const struct conn_pool *ls);
unsigned conn_pool_connections(const struct conn_pool *ls);
bool conn_pool_any_up(const struct conn_pool *ls);
/* Returns the image of a connection that is up and owes an answer; NULL: there
 * is none. */
const struct digest *conn_pool_owing(const struct conn_pool *ls);

/* When the oldest open ask was made: lane_since_ns has that for the asks of
 * each lane, which may wait at the peer, and since_ns for all other asks.
 * INT64_MAX: there is no open ask. */
struct debts {
	int64_t since_ns;
	int64_t lane_since_ns[PEER_LANES];
};
void conn_pool_debts(const struct conn_pool *ls, struct debts *d);

/* conn_pool_remove closes the connection c, if the pool still has it, and
 * conn_pool_close closes all.  Open asks are answered with `error`. */
void conn_pool_remove(struct conn_pool *ls, struct peer_conn *c, int error);
void conn_pool_close(struct conn_pool *ls, int error);
/* Checks all connections; must be called now and then.  Calls conn_ops.dead for
 * each connection that does not open in time.  Closes each that is not used,
 * and each that owes an answer and has brought nothing, or too little, for
 * hung_ns. */
void conn_pool_check(struct conn_pool *ls, int64_t now_ns, int64_t hung_ns);

#endif
