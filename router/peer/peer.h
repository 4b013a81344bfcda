/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer: reads bytes from another node, by asynchronous libnbd.
 *
 * An ask is one NBD read of one export of one peer.  The caller owns the ask,
 * and lends it to this module by peer_ask.  peers_drain gives each ask back
 * exactly once, by calling peers_ops.answered with 0 or an errno value; no
 * other function calls that.  The bytes in the ask's buffer are as the peer
 * sent them: nobody has verified them.
 *
 * nbdkit, in the thread model that Debian 12's version needs, serves the
 * requests of a connection one after the other.  So there are several
 * connections to a peer for each image and kind, opened as they are needed.
 * Asks that may wait at the peer (ASK_WHOLE, ASK_LINE) have connections of
 * their own.
 *
 * A peer that owes an answer and is silent is probed.  If it stays silent it is
 * SUSPECT: callers should ask nothing more of it, and may ask other nodes for
 * the chunks that it owes.  Its answers still count, and the first byte from it
 * makes it UP again, since on full links a healthy peer may be silent for as
 * long.  A peer that stays silent even longer (SILENCE_GONE, patience.h) is
 * DOWN: its open asks fail with ETIMEDOUT, its connections are closed, and new
 * ones are tried after growing pauses.
 *
 * A peer that lives and delivers none of the chunks that it owes is useless
 * (peer_verdict.h), and not usable until its ban ends.  A single lane of a peer
 * can be useless too, where the peer waits for other nodes.  If a useless peer
 * goes on delivering nothing (verdict_hopeless), its open asks fail with
 * ETIMEDOUT.
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

/* A lane is a stripe of the trees, or the line.  Asks of one kind and lane are
 * sent over one connection, in order; but an ask of ASK_HELD takes another
 * connection while that one is not up.  Asks of LANE_ANY share a few
 * connections.  An ask in a stripe's lane waits only for nodes above in the
 * same tree, so connections never wait for each other in a circle.  And since
 * each tree has its own connection, each gets its share of a full link. */
#define LANE_ANY UINT32_MAX
#define PEER_LANES 17 /* a lane for each tree, and the line's */

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
	TAILQ_ENTRY(ask) entry; /* in a list of asks of peer.c or peer_conn.c */
	struct peer *peer;
	struct peer_conn *conn;
	struct flight *flight; /* libnbd's command for the ask (peer_conn.c) */
	enum ask_kind kind;
	uint32_t lane; /* less than PEER_LANES, or LANE_ANY */
	struct digest image;
	/* bytes; if the peer's image has another size the ask fails with
	 * EPROTO; 0: any size is right */
	uint64_t image_size;
	uint64_t offset;
	uint32_t len;
	/* where the bytes are put; the caller has a reference */
	struct buffer *buf;
	int64_t sent_ns;
	int error;
	void *owner;
};

struct peer_stats {
	enum peer_state state;
	uint32_t connections;
	uint64_t outstanding; /* bytes asked for and not answered */
	/* bytes/s, measured by asks of ASK_HELD; 0: unknown */
	uint64_t rate;
	uint64_t requests, bytes, errors;
	/* asks of ASK_HELD for chunks that the peer did not hold */
	uint64_t misses;
	bool useless; /* the peer was found useless and is banned */
	bool trial;   /* the peer is on trial after a ban (peer_verdict.h) */
	/* how often in a row the peer was found useless */
	uint32_t verdicts;
	uint32_t shut; /* bit i is set: lane i is useless */
};

struct peers_ops {
	/* Gives an ask back; error is 0 or an errno value. */
	void (*answered)(void *ctx, struct ask *a, int error);
	/* Called when the peer has become usable or unusable, or useless or no
	 * longer useless, or when one of its lanes was found useless. */
	void (*changed)(void *ctx, struct peer *p);
};

/* Makes an empty list of peers.  Connections to them speak TLS with a key of
 * psk_file, unless that is NULL (conn_open).  Returns NULL on ENOMEM. */
struct peers *peers_new(struct loop *l, const char *psk_file,
			const struct peers_ops *ops, void *ctx);
void peers_free(struct peers *ps);
/* Returns how long chunks usually take from ask to arrival, over all peers. */
const struct latency *peers_usual(const struct peers *ps);
/* Returns false if no peer is suspect, and no peer or lane is useless. */
bool peers_doubted(const struct peers *ps);
/* Calls peers_ops.answered for all asks that were answered since the last call.
 * Must be called once in each round of the loop. */
void peers_drain(struct peers *ps);

struct peer *peer_new(struct peers *ps, const struct address *a, void *owner);
/* Frees the peer.  The next peers_drain gives its open asks back with
 * ECANCELED. */
void peer_free(struct peer *p);
void *peer_owner(const struct peer *p);
bool peer_usable(const struct peer *p);
bool peer_is_suspect(const struct peer *p);
/* Returns true if the peer has been suspect for so long that other nodes should
 * be asked for every chunk that it owes. */
bool peer_is_lost(const struct peer *p);
/* Returns true if the peer, or the lane of the ask a, is useless, so that
 * another node should be asked for the chunk of a. */
bool peer_is_useless(const struct peer *p, const struct ask *a);
bool peer_on_trial(const struct peer *p);
/* Ends the ban of a useless peer early.  Called when no other node can be
 * asked. */
void peer_lift_ban(struct peer *p);
/* Returns how long the peer has been silent while it owes an answer; 0: it owes
 * none. */
int64_t peer_silent_ns(const struct peer *p);
/* Lends the ask to this module and sends it to the peer.  If the peer is DOWN,
 * the ask is answered with EHOSTDOWN. */
void peer_ask(struct peer *p, struct ask *a);
/* Returns true if the peer is UP.  If it is IDLE, opens a connection for asks
 * of ASK_HELD of the image. */
bool peer_connect(struct peer *p, const struct digest *image);
/* Closes all connections, so that the peer is DOWN; its open asks are answered
 * with `error`. */
void peer_drop(struct peer *p, int error);
void peer_get_stats(const struct peer *p, struct peer_stats *st);
const char *peer_state_name(enum peer_state s);

#endif
