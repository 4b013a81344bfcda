/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* guests: serves the routers and boot services that are connected to this
 * member, by its Unix socket or by TCP.
 *
 * A member announces to its group what its guests announce, and sends each
 * guest the view.  Any machine in the network can be a guest, so a guest may
 * speak for one node only, and every size and time is bounded.  A boot service
 * is a guest that announces no node; it is heard only by the Unix socket.
 *
 *            HELLO                NODE
 *   NEW ───────────────► GREETED ──────► NODE
 *    └── silent, stuck, or breaks the protocol, in any state ──► closed
 *
 * A guest that speaks version 5 is asked for the key of its node
 * (membership/wire/proto_proof.h).  It may show none; a wrong signature closes
 * it.  A node whose key was shown is announced as `proved`.
 *
 * A guest's HOLD and GONE count only in the state NODE, and for that node.  A
 * guest that guests_refuse refuses, since another machine that lives has the id
 * of its node, is told of that machine and closed, in one call: the state
 * REFUSED lasts no longer.
 *
 * Errors   a guest that breaks the protocol, is silent, or reads none of the
 *          bytes sent to it is closed, with a line in the log.
 */
#ifndef VF_MEMBERSHIP_GUESTS_H
#define VF_MEMBERSHIP_GUESTS_H

#include "lib/address.h"
#include "lib/loop.h"
#include "authority/words.h"
#include "membership/wire/boot_leases.h"
#include "membership/table.h"

/* While so many guests are connected, a further guest that comes by TCP is
 * refused; a guest that comes by the Unix socket is never refused.  The number
 * is about TABLE_NODES_MAX, so that each guest's node has room in a table. */
#define GUESTS_MAX 4096
/* At most so many guests may come from one IPv4 address or one IPv6 network of
 * 64 bits, so that a machine that opens as many connections as it can keeps no
 * other machine out.  Arbitrary, as in nbdkit-plugin/clients.h: enough for a
 * room of machines behind one router that translates addresses. */
#define GUESTS_ADDRESS_MAX 256
/* A guest from which nothing has come for so long is closed, also before its
 * HELLO.  Arbitrary: a router pings every second, so five pings are lost. */
#define GUEST_SILENCE_MS 5000
/* A guest that has read nothing for so long, though bytes wait for it, is
 * closed.  Arbitrary: fifty times the delay of a full link. */
#define GUEST_STUCK_MS 10000
/* A guest is told at most once in this time that another machine has its node's
 * id.  Arbitrary: a copy connects again every two seconds (client.c). */
#define GUEST_TWIN_MS 1000
/* News is sent to the guests in flushes.  The pause after a flush grows with
 * the bytes that the flush has sent to all guests together, and so holds the
 * news to GUESTS_NEWS_BYTES a second.  But it lasts at least GUESTS_FLUSH_MS
 * and at most GUESTS_FLUSH_MORE_MS.  Only if the news would then exceed
 * GUESTS_NEWS_BYTES_MOST a second does the pause last longer, up to
 * GUESTS_FLUSH_MOST_MS (perf/news measures the cost). */
#define GUESTS_FLUSH_MS 50
#define GUESTS_FLUSH_MORE_MS 250
#define GUESTS_FLUSH_MOST_MS 1000
#define GUESTS_NEWS_BYTES 32768
#define GUESTS_NEWS_BYTES_MOST 524288

struct guests;

/* Returns the pause in ms after a flush that sent `told` bytes. */
int64_t guests_pause_ms(uint64_t told);

/* Functions of the member that this module calls.  `guest` is a guest's number,
 * which is never 0, and which no other guest has had. */
struct guests_ops {
	/* A guest announces its node, or describes it anew.  A node of a guest
	 * that came by TCP has an address that is not "any", is a satellite,
	 * and runs no member. */
	void (*node)(void *ctx, uint64_t guest, const struct proto_node *n);
	/* A guest has announced chunks that it holds: h names the guest's own
	 * node and one of that node's images. */
	void (*hold)(void *ctx, uint64_t guest, const struct proto_hold *h);
	/* A guest has announced that its own node leaves. */
	void (*gone)(void *ctx, uint64_t guest, const struct node_id *id);
	/* A boot service on this node has sent the lease l. */
	void (*lease)(void *ctx, const struct proto_lease *l);
	/* A guest has sent a signed word.  Returns NULL, or the reason for
	 * which the guest has to be closed. */
	const char *(*word)(void *ctx, const uint8_t *word, size_t len);
	/* The first boot service on this node has become ready (true), or the
	 * last one is no longer ready (false). */
	void (*boots)(void *ctx, bool ready);
	/* A guest's connection has ended; not called after guests_close. */
	void (*closed)(void *ctx, uint64_t guest);
};

/* Makes a set of guests.  Before each flush it calls table_mark for the view.
 * Returns NULL if there is no memory. */
struct guests *guests_new(struct loop *l, struct table *view,
			  const struct leases *leases,
			  const struct words *words,
			  const struct guests_ops *ops, void *ctx);
void guests_free(struct guests *g);

/* Listen on a Unix socket, or by TCP.  Return 0, or -1 and set errno.  A socket
 * file that a dead process left behind is replaced; if a process listens on it,
 * errno is EADDRINUSE.  With psk_file, which is not NULL and must live as long
 * as g, guests by TCP speak TLS with a key of that file, or are closed. */
int guests_listen_unix(struct guests *g, const char *path);
int guests_listen_tcp(struct guests *g, const struct address *a,
		      const char *psk_file);

/* Must be called when the view, the leases or the words have changed: sends the
 * changes to the guests when the pause is over. */
void guests_kick(struct guests *g);
/* Tells all guests by a HELLO that the member has lost its group (`alone` is
 * true) or is in it again (false), and sends them the whole view anew.  Does
 * nothing if `alone` is as before. */
void guests_alone(struct guests *g, bool alone);
/* Returns true if the guest is connected, and was heard a moment ago. */
bool guests_alive(const struct guests *g, uint64_t guest);
/* Sets ip to the IP address from which the guest has connected.  Returns false
 * if there is no such guest, or it has come by the Unix socket. */
bool guests_from(const struct guests *g, uint64_t guest, uint8_t ip[16]);
/* Tells the guest of another machine whose node has the id of the guest's; at
 * most once in GUEST_TWIN_MS, whatever strangers do. */
void guests_twin(struct guests *g, uint64_t guest,
		 const struct proto_node *other);
/* Tells the guest of such a machine, unless its socket takes no bytes just now,
 * closes it, and logs that. */
void guests_refuse(struct guests *g, uint64_t guest,
		   const struct proto_node *other);
/* Closes the guest with the number `guest`, if there is one, and logs the
 * reason `why`. */
void guests_close(struct guests *g, uint64_t guest, const char *why);

#endif
