/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer: another node as a source of bytes, by asynchronous libnbd.
 *
 * An ask is one NBD read of one export of one peer.  The caller owns it,
 * lends it from peer_ask until `answered` gives it back, exactly once, from
 * peers_drain (never from within another call), with 0 or an errno value.
 * The bytes in its buffer are what the peer sent: nothing has checked them.
 *
 * nbdkit serves the requests of a connection one after the other with the
 * thread model that Debian 12's version needs, so a peer has several
 * connections for each image and kind, opened as they are needed; asks that
 * wait at the peer (ASK_WHOLE, ASK_LINE) have connections of their own.
 *
 * A peer that owes an answer and is silent is probed, then SUSPECT: it should
 * be asked for nothing more, and what it owes may be asked of others, but its
 * answers still count, and the first byte that comes clears it: on full links
 * an innocent one is silent for as long.  Once it is given up (patience.h) it
 * is DOWN: what it owes fails with ETIMEDOUT, its connections are closed, and
 * new ones are tried with growing pauses.
 *
 * A peer that lives and delivers nothing of what it owes is useless
 * (peer_verdict.h), and not usable until its ban ends; so is a single lane of a
 * peer that waits for others there.  In the end its debts fail with ETIMEDOUT.
 */
#ifndef VF_ROUTER_PEER_PEER_H
#define VF_ROUTER_PEER_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/address.h"
#include "lib/digest.h"
#include "lib/loop.h"
#include "router/image/buffers.h"

enum ask_kind { ASK_HELD, ASK_WHOLE, ASK_LINE };

/* Asks of one kind and lane go over one connection, in order, but for those of
 * ASK_HELD that cannot wait for it; those of LANE_ANY share a few.  A lane is a
 * stripe of the trees: what waits there waits only for what is above in the
 * same tree, so that no circle of connections can form, and all trees get their
 * share of a full link. */
#define LANE_ANY UINT32_MAX
#define PEER_LANES 17 /* the trees' and the line's */

enum peer_state {
	PEER_IDLE,
	PEER_CONNECTING,
	PEER_UP,
	PEER_SUSPECT,
	PEER_DOWN
};

struct peers;
struct peer;
struct peer_conn;

TAILQ_HEAD(asks, ask);

struct ask {
	TAILQ_ENTRY(ask) entry; /* the peer module's */
	struct peer *peer;
	struct peer_conn *conn;
	struct flight *flight; /* the connection's */
	enum ask_kind kind;
	uint32_t lane; /* a lane, or LANE_ANY */
	struct digest image;
	uint64_t image_size; /* bytes; a peer that has another is refused */
	uint64_t offset;
	uint32_t len;
	struct buffer *buf; /* the caller's reference */
	int64_t sent_ns;
	int error;
	void *owner;
};

struct peer_stats {
	enum peer_state state;
	uint32_t connections;
	uint64_t outstanding; /* bytes */
	uint64_t rate;        /* bytes/s of held chunks; 0: unknown */
	uint64_t requests, bytes, errors;
	uint64_t misses; /* chunks that were not held any more, or not yet */
	bool useless;    /* the peer was found useless and is banned */
	bool trial;      /* was found useless, and has not proved otherwise */
	/* verdicts of uselessness since it was last of use */
	uint32_t verdicts;
	uint32_t shut; /* lanes that are useless, a bit each */
};

struct peers_ops {
	void (*answered)(void *ctx, struct ask *a, int error);
	/* The peer became usable or ceased to be. */
	void (*changed)(void *ctx, struct peer *p);
};

struct peers *peers_new(struct loop *l, const struct peers_ops *ops, void *ctx);
void peers_free(struct peers *ps);
/* The time that a chunk takes, from asking to its arrival. */
const struct latency *peers_usual(const struct peers *ps);
/* Gives back the asks that were answered since; to be called once a round. */
void peers_drain(struct peers *ps);

struct peer *peer_new(struct peers *ps, const struct address *a, void *owner);
/* Asks in flight are answered with ECANCELED by a later drain. */
void peer_free(struct peer *p);
void *peer_owner(const struct peer *p);
bool peer_usable(const struct peer *p);
bool peer_is_suspect(const struct peer *p);
/* True if a peer is suspect for so long that all it owes is to be had
 * elsewhere. */
bool peer_is_lost(const struct peer *p);
/* True if what the peer owes by this ask is to be had elsewhere, since it or
 * the lane is useless. */
bool peer_is_useless(const struct peer *p, const struct ask *a);
bool peer_on_trial(const struct peer *p);
/* Nobody else can be asked: a ban is over. */
void peer_lift_ban(struct peer *p);
/* The time for which the peer has owed something without sending a byte. */
int64_t peer_silent_ns(const struct peer *p);
void peer_ask(struct peer *p, struct ask *a);
/* True if the peer is connected; if not, a connection for what it holds of the
 * image is on its way, unless the peer is down. */
bool peer_connect(struct peer *p, const struct digest *image);
/* Closes all connections; asks that the peer owes are answered with `error`. */
void peer_drop(struct peer *p, int error);
void peer_get_stats(const struct peer *p, struct peer_stats *st);
const char *peer_state_name(enum peer_state s);

#endif
