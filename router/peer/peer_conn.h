/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_conn: a libnbd connection to one export of a peer, driven by the loop.
 *
 * libnbd's rules are kept here and nowhere else: one notification a poll, a
 * completion callback only queues, and nbd_close drops commands in flight
 * without a callback, so they are answered first.
 */
#ifndef VF_ROUTER_PEER_PEER_CONN_H
#define VF_ROUTER_PEER_PEER_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/loop.h"
#include "router/peer/peer.h"

#define CONN_EXPORT_MAX 96 /* bytes, with the NUL */

struct conn_ops {
	/* Called when an ask is answered, perhaps from within conn_ask: the
	 * function must only queue the ask. */
	void (*answered)(void *ctx, struct ask *a, int error);
	void (*up)(void *ctx, struct peer_conn *c);
	void (*heard)(void *ctx); /* bytes have arrived */
	/* Called when the connection has failed, for that errno value.  The
	 * owner calls conn_close, now or later. */
	void (*dead)(void *ctx, struct peer_conn *c, int error);
};

/* Begins to connect to an export of the node at address a.  The table ops must
 * stay valid until conn_close.  Returns NULL and sets errno if that fails at
 * once; a later failure is reported by conn_ops.dead. */
struct peer_conn *conn_open(struct loop *l, const struct address *a,
			    const char *export, const struct conn_ops *ops,
			    void *ctx);
/* Bounds the bytes that are on their way here at once, from the next ask on: to
 * window, or to a few segments where these are more.  Only the first packets of
 * a new connection may exceed that. */
void conn_narrow(struct peer_conn *c, int window);
/* Closes and frees the connection; its open asks are answered with `error`. */
void conn_close(struct peer_conn *c, int error);
/* Sends the ask, at once or when the connection is up. */
void conn_ask(struct peer_conn *c, struct ask *a);

bool conn_is_up(const struct peer_conn *c);
int64_t conn_opened_ns(const struct peer_conn *c);
uint32_t conn_owes(const struct peer_conn *c); /* number of open asks */
int64_t conn_used_ns(const struct peer_conn *c);
/* Returns the time since when the connection owes an answer and no byte has
 * arrived; INT64_MAX: it owes none. */
int64_t conn_waits_since_ns(const struct peer_conn *c);
/* Returns the time at which the oldest open ask was made; INT64_MAX: there is
 * none. */
int64_t conn_owes_since_ns(const struct peer_conn *c);
/* Returns the size of the export in bytes, once the connection is up. */
uint64_t conn_size(const struct peer_conn *c);

#endif
