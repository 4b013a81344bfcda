/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* channel: a connection that carries frames, non-blocking, in the loop.
 *
 *   CONNECTING ──► OPEN        either ── failed() ──► its owner frees it
 *
 * There is no output queue: a channel asks its owner for frames when the socket
 * takes more (channel_kick says that there may be some), so what is not yet
 * sent stays in the owner's state, where it can still change.  A channel keeps
 * one unfinished frame in, and CHANNEL_CHUNK out, at most.
 *
 * Any callback may free the channel.
 */
#ifndef VF_MEMBERSHIP_WIRE_CHANNEL_H
#define VF_MEMBERSHIP_WIRE_CHANNEL_H

#include "lib/address.h"
#include "lib/loop.h"
#include "membership/wire/proto.h"

#define CHANNEL_CHUNK (PROTO_HEAD + PROTO_BODY_MAX)

struct channel;

/* Why a channel failed. */
enum channel_end {
	CHANNEL_CLOSED,   /* the other side ended it */
	CHANNEL_NO_FRAME, /* the other side sent what is no frame */
	CHANNEL_ERROR,    /* the socket has, or there is no memory; see errno */
};

struct channel_ops {
	void (*frame)(void *ctx, const struct proto_msg *m);
	/* Whole frames are put into buf: bytes; 0: nothing is to be said. */
	size_t (*fill)(void *ctx, uint8_t *buf, size_t len);
	/* The channel is of no more use; its owner frees it. */
	void (*failed)(void *ctx, enum channel_end why);
};

/* Takes the connected socket over, also on error. */
struct channel *channel_new(struct loop *l, int fd,
			    const struct channel_ops *ops, void *ctx);
/* Begins to connect; NULL and errno if that fails at once. */
struct channel *channel_connect(struct loop *l, const struct address *to,
				const struct channel_ops *ops, void *ctx);
struct channel *channel_connect_unix(struct loop *l, const char *path,
				     const struct channel_ops *ops, void *ctx);
void channel_free(struct channel *k);

void channel_kick(struct channel *k);
/* Sends what can be sent at once, as a last word; not from a callback. */
void channel_flush(struct channel *k);
/* The time since which the other side has taken nothing of what it was sent; 0:
 * it has taken all. */
int64_t channel_stuck_ns(const struct channel *k);

#endif
