/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_conn: a libnbd connection to one export of a peer, driven by the loop.
 *
 * Only this module has to keep the rules of libnbd.  libnbd is told of one
 * event after each poll.  A completion callback may only queue, since libnbd
 * calls it with the connection locked.  nbd_close drops commands in flight
 * without calling back, so their asks are answered before it is called.
 */
#ifndef VF_ROUTER_PEER_PEER_CONN_H
#define VF_ROUTER_PEER_PEER_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/loop.h"
#include "router/peer/peer.h"

#define CONN_EXPORT_MAX 96 /* most bytes of an export's name, with the NUL */

struct conn_ops {
	/* Called when an ask is answered; maybe from within conn_ask, so the
	 * function must only queue the ask. */
	void (*answered)(void *ctx, struct ask *a, int error);
	void (*up)(void *ctx, struct peer_conn *c);
	void (*heard)(void *ctx); /* Called when bytes have arrived. */
	/* Called when the connection has failed; error is an errno value.  The
	 * owner must call conn_close, from within this call or later. */
	void (*dead)(void *ctx, struct peer_conn *c, int error);
};

/* Begins to connect to an export of the node at address a.  With psk_file,
 * which may be NULL, the two ends speak TLS with the first key of that file
 * (authority/psk_file.h) that the node accepts, or not at all.  psk_file and
 * ops must stay valid until conn_close.  Returns NULL and sets errno if
 * connecting fails at once; if it fails later, conn_ops.dead is called. */
struct peer_conn *conn_open(struct loop *l, const struct address *a,
			    const char *export, const char *psk_file,
			    const struct conn_ops *ops, void *ctx);
/* Sets the bound on the bytes that may be on their way to this node over c at
 * once, for asks from now on: `window` bytes, or a few segments if these are
 * more.  Only the first packets of a new connection may exceed the bound. */
void conn_narrow(struct peer_conn *c, int window);
/* Closes and frees the connection; its open asks are answered with `error`. */
void conn_close(struct peer_conn *c, int error);
/* Sends the ask, at once or when the connection is up. */
void conn_ask(struct peer_conn *c, struct ask *a);

bool conn_is_up(const struct peer_conn *c);
int64_t conn_opened_ns(const struct peer_conn *c);
uint32_t conn_owes(const struct peer_conn *c); /* number of open asks */
int64_t conn_used_ns(const struct peer_conn *c);
/* Returns the time since which the connection owes an answer and no byte has
 * arrived; INT64_MAX: it owes none. */
int64_t conn_waits_since_ns(const struct peer_conn *c);
/* Returns the time at which the oldest open ask was made; INT64_MAX: there is
 * none. */
int64_t conn_owes_since_ns(const struct peer_conn *c);
/* Returns the size of the export in bytes, once the connection is up. */
uint64_t conn_size(const struct peer_conn *c);

#endif
