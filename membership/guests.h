/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* guests: the routers that are connected to this member, by its Unix socket
 * or by TCP.
 *
 * What a guest announces is passed on, and it is told the view.  Anybody in the
 * network can be a guest, so each speaks for one node only, and every size and
 * time is bounded.  A boot service is a guest that announces no node; it is
 * believed only by the Unix socket.
 *
 *            HELLO                NODE
 *   NEW ───────────────► GREETED ──────► NODE
 *    └── silent, stuck, or not in step, in any state ──► closed
 *
 * Only a guest in NODE is heard on HOLD and GONE, of that node.
 *
 * Errors   a guest that breaks the protocol, is silent, or takes nothing of
 *          what it is sent is closed, with a line in the log.
 */
#ifndef VF_MEMBERSHIP_GUESTS_H
#define VF_MEMBERSHIP_GUESTS_H

#include "lib/address.h"
#include "lib/loop.h"
#include "authority/words.h"
#include "membership/wire/leases.h"
#include "membership/table.h"

/* Guests beyond that number are refused if they come by TCP; this node's own
 * are always let in.  As many as nodes in a table. */
#define GUESTS_MAX 4096
/* Guests of one address, or, of IPv6, one network of 64 bits: one machine that
 * opens what it can keeps out nobody else.  Chosen, as nbdkit-plugin/clients.h
 * does: a room behind one router that translates addresses. */
#define GUESTS_ADDRESS_MAX 256
/* Chosen: a router pings every second, so five are lost; for the HELLO too. */
#define GUEST_SILENCE_MS 5000
/* Chosen: a link that is full delays by some 200 ms. */
#define GUEST_STUCK_MS 10000
/* News is passed on every GUESTS_FLUSH_MS at most.  News of many to many is
 * rarer, so that it costs not much more than GUESTS_NEWS_BYTES in a second, but
 * goes every GUESTS_FLUSH_MORE_MS; and is rarer than that only where it would
 * cost GUESTS_NEWS_BYTES_MOST (perf/news measures it). */
#define GUESTS_FLUSH_MS 50
#define GUESTS_FLUSH_MORE_MS 250
#define GUESTS_FLUSH_MOST_MS 1000
#define GUESTS_NEWS_BYTES 32768
#define GUESTS_NEWS_BYTES_MOST 524288

struct guests;

/* The pause before the next news, after so many bytes of it. */
int64_t guests_pause_ms(uint64_t told);

/* A guest has a number that no other has had; never 0. */
struct guests_ops {
	/* A node that came by TCP has an address that is not "any", is a
	 * satellite, and runs no member. */
	void (*node)(void *ctx, uint64_t guest, const struct proto_node *n);
	/* A guest has said what it holds: h has its own node and one of that
	 * node's images. */
	void (*hold)(void *ctx, uint64_t guest, const struct proto_hold *h);
	/* The guest's own node leaves. */
	void (*gone)(void *ctx, uint64_t guest, const struct node_id *id);
	void (*lease)(void *ctx, const struct proto_lease *l);
	/* A signed word.  NULL, or why the guest is closed. */
	const char *(*word)(void *ctx, const uint8_t *word, size_t len);
	/* A boot service here is ready, or none any more. */
	void (*boots)(void *ctx, bool ready);
	/* A guest that guests_close closes is not reported. */
	void (*closed)(void *ctx, uint64_t guest);
};

/* The view is marked each time before its news is told. */
struct guests *guests_new(struct loop *l, struct table *view,
			  const struct leases *leases,
			  const struct words *words,
			  const struct guests_ops *ops, void *ctx);
void guests_free(struct guests *g);

/* A socket that a dead process left is replaced; a live one is EADDRINUSE. */
int guests_listen_unix(struct guests *g, const char *path);
int guests_listen_tcp(struct guests *g, const struct address *a);

/* The view has changed, or the leases, or the words. */
void guests_kick(struct guests *g);
/* HELLO says whether the member is alone; a whole view follows a change. */
void guests_alone(struct guests *g, bool alone);
void guests_close(struct guests *g, uint64_t guest, const char *why);

#endif
