/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* client: connects a router, or a boot service, with the membership.
 *
 * If this node runs a member, the client is connected to it by a Unix socket,
 * else by TCP to the member of a core node.  The client moves to another member
 * when the connection closes, or when the member is silent for
 * CLIENT_SILENCE_MS.  It learns the addresses of core nodes from the frames
 * NODE.  While no member answers, the last view stays in force.
 *
 *   no member ── the next member of a round is tried ──► probe
 *   probe ── HELLO, and a higher rank than the member in use ──► in use
 *   probe ── no HELLO in time, or no higher rank ──► the next member is tried
 *   in use ── closed, or silent ──► a new round, at once if use was steady
 *   a round ends with no member in use ──► a new round, after a back-off
 *
 * A member that has lost its group is used only if no other answers.  No node
 * is reported as gone because such a member does not know it.
 *
 * A boot service is a client of its node's own member: it is given no cores,
 * and announces no node.  Before the first view it is told of all nodes, its
 * own node among them, and of all leases; by the nodes it knows whose turn it
 * is (turn_queue.h).  It announces the leases that it has given.  The client
 * remembers these leases, and announces them again to a member that was started
 * anew.
 *
 * All callbacks come from the loop.  When the client has moved to another
 * member, the first view may lack nodes that it has reported before.  If they
 * are not reported within CLIENT_SWEEP_MS either, the client reports them as
 * gone.  It waits because these nodes may be moving to another member, too.
 */
#ifndef VF_MEMBERSHIP_CLIENT_CLIENT_H
#define VF_MEMBERSHIP_CLIENT_CLIENT_H

#include "lib/bitmap.h"
#include "lib/loop.h"
#include "membership/wire/proto.h"

/* Milliseconds of silence after which a member is given up.  Arbitrary: three
 * pings go unanswered in this time; corosync sees a death sooner. */
#define CLIENT_SILENCE_MS 3000
/* Milliseconds from one batch of news of chunks to the next; the time doubles
 * after a large batch, up to CLIENT_BATCH_MAX_MS. */
#define CLIENT_BATCH_MS 100
#define CLIENT_BATCH_MAX_MS 1000
/* Milliseconds from a member's first view until nodes that it lacks are
 * reported as gone.  Arbitrary: clients that lost the same member have found
 * another by then. */
#define CLIENT_SWEEP_MS 3000
#define CLIENT_NODES_MAX 4096 /* the most nodes that a client reports */

struct key_pair;
struct member_client;
struct words;

struct member_client_ops {
	/* Called with a node that is new or has changed; never with the
	 * client's own node, if that was announced. */
	void (*node)(void *ctx, const struct proto_node *n);
	void (*hold)(void *ctx, const struct proto_hold *h);
	void (*gone)(void *ctx, const struct node_id *id,
		     enum proto_reason reason);
	/* Called when a member tells that another machine has the id of this
	 * client's node; NULL: that is ignored. */
	void (*twin)(void *ctx, const struct proto_node *n);
	/* Called when all nodes of the view with number seq have been
	 * reported. */
	void (*view)(void *ctx, uint64_t seq);
	/* Called with a lease that is new, or was changed by another node.  A
	 * NULL pointer here means that the client asks for no leases. */
	void (*lease)(void *ctx, const struct proto_lease *l);
	/* Called with the bytes of a signed word.  A NULL pointer here means
	 * that the client ignores signed words. */
	void (*word)(void *ctx, const uint8_t *word, size_t len);
	/* Returns a non-blocking socket that is connected to the node's own
	 * member, or -1 and errno.  A NULL pointer here means that the client
	 * connects to that member's socket itself. */
	int (*connect)(void *ctx);
};

/* Returns a new client, or NULL if there is no memory (ENOMEM).  socket_path is
 * that of the node's own member; NULL: the node has none.  `cores` are the
 * first core nodes to be tried; the client learns of others.  l, ops and ctx
 * must live as long as the client; the other arguments are copied. */
struct member_client *member_client_new(struct loop *l, const char *socket_path,
					const struct address *cores,
					size_t ncores,
					const struct member_client_ops *ops,
					void *ctx);
/* Tells the member that the node leaves, if the connection takes the frame
 * without waiting, and frees the client. */
void member_client_free(struct member_client *c);

/* Makes the client speak TLS with members that it reaches by TCP, with a key of
 * psk_file, which must live as long as the client.  Must be called before the
 * loop runs. */
void member_client_secure(struct member_client *c, const char *psk_file);
/* Makes the client show members that the node has the key of its id, if the
 * announced node's id is that key's; `key` must live as long as the client.
 * Must be called before the loop runs. */
void member_client_key(struct member_client *c, const struct key_pair *key);
/* Adds the address of a core node's member.  If it is `doubtful`, it is tried
 * only after all addresses that are not. */
void member_client_add_core(struct member_client *c, const struct address *a,
			    bool doubtful);
/* Makes the client move to the node's own member, which now listens at
 * socket_path.  Returns 0, or -1 and ENOMEM. */
int member_client_own(struct member_client *c, const char *socket_path);
/* Returns true if the member in use is the node's own. */
bool member_client_is_core(const struct member_client *c);
/* Announces the node as `self` describes it: now, and again to every other
 * member to which the client moves. */
void member_client_announce(struct member_client *c,
			    const struct proto_node *self);
/* Announces the signed words in `words`: now, and again to every other member
 * to which the client moves.  Must be called again after each change of
 * `words`, which must live as long as the client. */
void member_client_words(struct member_client *c, const struct words *words);
/* Announces which chunks of an image the node holds.  Must be called after each
 * change of `held`; the call only sets a timer.  When that fires, at most every
 * CLIENT_BATCH_MS, only the changes are sent.  `held` must live until the node
 * is announced without the image. */
void member_client_hold(struct member_client *c, const struct digest *image,
			const struct bitmap *held);

/* Announces whether the node's boot service is ready.  A member regards the
 * service as gone as soon as the connection ends. */
void member_client_boots(struct member_client *c, bool ready);
/* Announces the lease l, and gives it its version.  May be called only if
 * member_client_ops.lease is set. */
void member_client_lease(struct member_client *c, const struct proto_lease *l);
/* Returns true if no member is in use, or the member in use has lost its group.
 * Then core nodes that this node does not hear of may be at work. */
bool member_client_alone(const struct member_client *c);

/* Returns the address or socket path of the member in use, for the status, or
 * NULL if no member answers.  The string belongs to the client. */
const char *member_client_peer(const struct member_client *c);

#endif
