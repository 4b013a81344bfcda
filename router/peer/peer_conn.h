/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_conn: a libnbd connection to an export, driven by the loop.
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
	/* An ask is answered; may come from within conn_ask, must only
	 * queue. */
	void (*answered)(void *ctx, struct ask *a, int error);
	void (*up)(void *ctx, struct peer_conn *c);
	void (*heard)(void *ctx); /* bytes came */
	/* The connection failed, for that errno value, and holds no ask any
	 * more.  The owner closes it now or later. */
	void (*dead)(void *ctx, struct peer_conn *c, int error);
};

/* NULL and errno; a failure to connect is told by `dead`.  ops is kept. */
struct peer_conn *conn_open(struct loop *l, const struct address *a,
			    const char *export, const struct conn_ops *ops,
			    void *ctx);
/* No more than so many bytes, or a few segments where those are large, are to
 * be on their way here at once, from the next ask on.  Only a new connection's
 * first packets may be more. */
void conn_narrow(struct peer_conn *c, int window);
/* Closes the connection; asks that it owes are answered with error. */
void conn_close(struct peer_conn *c, int error);
/* The ask is sent at once, or when the connection is up. */
void conn_ask(struct peer_conn *c, struct ask *a);

bool conn_is_up(const struct peer_conn *c);
int64_t conn_opened_ns(const struct peer_conn *c);
uint32_t conn_owes(const struct peer_conn *c); /* asks */
int64_t conn_used_ns(const struct peer_conn *c);
/* The time since when an answer is owed and nothing has come; INT64_MAX:
 * nothing is owed. */
int64_t conn_waits_since_ns(const struct peer_conn *c);
/* The time at which the first of what is owed was asked; INT64_MAX: nothing is
 * owed. */
int64_t conn_owes_since_ns(const struct peer_conn *c);
/* Size of the export in bytes, once the connection is up. */
uint64_t conn_size(const struct peer_conn *c);

#endif
