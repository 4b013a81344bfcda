/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* client: a router's side of the membership, and a boot service's.
 *
 * The client is connected to the node's own member by a Unix socket if there is
 * one, else to a core node's by TCP, and moves to another when that one closes
 * or is silent for CLIENT_SILENCE_MS.  The core's addresses are learnt from the
 * NODE frames.  While no member answers, the last view stays in force.
 *
 *   nobody ── the next of a round is tried ──► probe
 *   probe ── its HELLO, and it ranks higher than what is in use ──► in use
 *   probe ── no HELLO in time, or it ranks no higher ──► the next of the round
 *   in use ── closed, or silent ──► a new round, at once if it was steady
 *   a round is over without one in use ──► another one, after a back-off
 *
 * A member that has lost its group is the last resort, and retires no node.
 *
 * A boot service is a client of its node's own member (it gives no cores) that
 * announces no node.  It hears of all nodes, this one too, and keeps the queue
 * of turns; of all leases, before the first view; and says which it has given.
 * What it says is kept here too, and said again to a member that was started
 * anew.
 *
 * All callbacks come from the loop.  After a change of member the client
 * reports as gone the nodes that the new one does not have CLIENT_SWEEP_MS
 * after its first view: the others may be moving too.
 */
#ifndef VF_MEMBERSHIP_CLIENT_CLIENT_H
#define VF_MEMBERSHIP_CLIENT_CLIENT_H

#include "lib/bitmap.h"
#include "lib/loop.h"
#include "membership/wire/proto.h"

/* Chosen: three pings without an answer, and longer than corosync needs to see
 * a death. */
#define CLIENT_SILENCE_MS 3000
/* News of chunks goes in batches; much of it in rarer ones. */
#define CLIENT_BATCH_MS 100
#define CLIENT_BATCH_MAX_MS 1000
/* Chosen: clients that lost the same member have found another by then. */
#define CLIENT_SWEEP_MS 3000
#define CLIENT_NODES_MAX 4096 /* nodes beyond that are not reported */

struct member_client;
struct words;

struct member_client_ops {
	/* A node is new, or described anew; never the client's own. */
	void (*node)(void *ctx, const struct proto_node *n);
	void (*hold)(void *ctx, const struct proto_hold *h);
	void (*gone)(void *ctx, const struct node_id *id,
		     enum proto_reason reason);
	/* A view is whole: it has the nodes reported up to here. */
	void (*view)(void *ctx, uint64_t seq);
	/* A lease is new, or was changed elsewhere; NULL: leases are not asked
	 * for. */
	void (*lease)(void *ctx, const struct proto_lease *l);
	/* A signed word, as bytes; NULL: it is passed over. */
	void (*word)(void *ctx, const uint8_t *word, size_t len);
};

/* socket_path: the own member's, or NULL.  cores: where to try first; more
 * are learnt.  Copies what it is given but for ops and ctx. */
struct member_client *member_client_new(struct loop *l, const char *socket_path,
					const struct address *cores,
					size_t ncores,
					const struct member_client_ops *ops,
					void *ctx);
/* Tells the group that the node leaves, as far as that can be said at once. */
void member_client_free(struct member_client *c);

/* A doubtful core node is tried when no other answers. */
void member_client_add_core(struct member_client *c, const struct address *a,
			    bool doubtful);
/* The node runs a member of its own by now. */
int member_client_own(struct member_client *c, const char *socket_path);
/* The member in use is the node's own. */
bool member_client_is_core(const struct member_client *c);
/* The node as it is now is said at once, and after every change of member. */
void member_client_announce(struct member_client *c,
			    const struct proto_node *self);
/* Signed words that the node has taken are said, and those that it takes later;
 * to be called after each change.  `words` must live as long as the client. */
void member_client_words(struct member_client *c, const struct words *words);
/* Chunks held of an image; the client says which changed since it last said
 * something, in batches of CLIENT_BATCH_MS.  To be called after each change
 * (it only sets a timer); `held` must live as long as the client. */
void member_client_hold(struct member_client *c, const struct digest *image,
			const struct bitmap *held);

/* The node's boot service is ready, or no longer; the member takes it for gone
 * as soon as the connection ends. */
void member_client_boots(struct member_client *c, bool ready);
/* A lease as the boot service knows it now; its version is set here.  Only if
 * leases were asked for. */
void member_client_lease(struct member_client *c, const struct proto_lease *l);
/* No member answers, or one that has lost its group: others may be leading who
 * cannot be heard. */
bool member_client_alone(const struct member_client *c);

/* The member's address or path, for the status; the string is the client's.
 * NULL: no member answers. */
const char *member_client_peer(const struct member_client *c);

#endif
