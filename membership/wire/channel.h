/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* channel: sends and receives frames over one connection, non-blocking, in the
 * loop.
 *
 *   CONNECTING ──► OPEN
 *   CONNECTING ──► HANDSHAKE ──► OPEN     with channel_secure
 *   any state ── failed() ──► the owner frees the channel
 *
 * There is no output queue.  The owner calls channel_kick when it may have
 * something to send, and the channel asks the owner for frames (fill) when the
 * socket can take bytes.  So news that is not sent yet stays in the owner's
 * state, where it can still change.  A channel keeps at most one unfinished
 * frame of input and CHANNEL_CHUNK bytes of output.
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
	CHANNEL_CLOSED,   /* the other side closed the connection */
	CHANNEL_NO_FRAME, /* the other side sent bytes that are no frame */
	CHANNEL_REFUSED,  /* the two sides have no pre-shared key in common */
	/* The connection ended before the handshake of TLS was over: the other
	 * side speaks no TLS, has given up waiting, or has died. */
	CHANNEL_CUT,
	/* the socket failed, or memory is short; errno says which */
	CHANNEL_ERROR,
};

struct channel_ops {
	/* A frame has come; m is valid until the function returns. */
	void (*frame)(void *ctx, const struct proto_msg *m);
	/* Writes whole frames to be sent to buf.  Returns how many bytes they
	 * take; 0: there is nothing to send. */
	size_t (*fill)(void *ctx, uint8_t *buf, size_t len);
	/* The connection has ended or failed; the owner must free the channel,
	 * from within this call or later. */
	void (*failed)(void *ctx, enum channel_end why);
};

/* Makes a channel that uses the connected socket fd.  On failure closes fd,
 * sets errno and returns NULL. */
struct channel *channel_new(struct loop *l, int fd,
			    const struct channel_ops *ops, void *ctx);
/* Begin to connect by TCP or to a Unix socket.  Return NULL and set errno if
 * that fails at once. */
struct channel *channel_connect(struct loop *l, const struct address *to,
				const struct channel_ops *ops, void *ctx);
struct channel *channel_connect_unix(struct loop *l, const char *path,
				     const struct channel_ops *ops, void *ctx);
/* Makes a channel that was made just now speak TLS, with the keys in the file
 * psk_file.  A side that connects shows key number `attempt`
 * (membership/wire/tls.h); a side that was connected to accepts each of the
 * keys.  Returns 0; or -1 and errno, after which the channel can only be
 * freed. */
int channel_secure(struct channel *k, const char *psk_file, unsigned attempt);
void channel_free(struct channel *k);

/* Makes the channel call fill as soon as the socket can take bytes. */
void channel_kick(struct channel *k);
/* For a channel that is about to be freed: calls fill, and sends as much as the
 * socket takes at once.  Here fill must not free the channel. */
void channel_flush(struct channel *k);
/* Returns the time since which bytes wait and the socket has taken none; 0: no
 * bytes wait. */
int64_t channel_stuck_ns(const struct channel *k);

#endif
