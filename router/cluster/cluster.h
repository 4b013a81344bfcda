/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: the nodes that the membership told of, and what that means for
 * routing: each image's routes, kept up to date.
 *
 * Who is active is known late and a crowd starts at once, so a node that
 * begins to read takes everybody who serves for active (wide), and narrows
 * to those known to be active after WIDE_NS.
 */
#ifndef VF_ROUTER_CLUSTER_CLUSTER_H
#define VF_ROUTER_CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "membership/wire/proto.h"
#include "router/cluster/nodes.h"

struct announce;
struct choice;
struct cluster;
struct departed_list;
struct image;
struct images;

struct cluster_ops {
	/* Somebody can be asked who could not, or holds what he did not. */
	void (*changed)(void *ctx);
	/* The node at slot is gone, or is another. */
	void (*slot_gone)(void *ctx, uint32_t slot);
	/* Some times a second: it is known anew which images are in use. */
	void (*looked)(void *ctx);
	/* The time of the last read here: now, while one waits in hope. */
	int64_t (*last_read_ns)(void *ctx);
};

struct cluster_setup {
	struct loop *loop;
	struct images *images;
	struct peers *peers;
	struct nodes *nodes;
	struct choice *choice;
	struct announce *announce;
	unsigned copies; /* the nodes keep so many of each chunk */
	/* all is read from the seed; this node stands in no tree and no line */
	bool direct;
	const struct cluster_ops *ops;
	void *ctx; /* handed to ops */
};

/* NULL: ENOMEM.  Keeps what it is given. */
struct cluster *cluster_new(const struct cluster_setup *s);
void cluster_free(struct cluster *c);
/* Closes all connections: what peers owe is answered by peers_drain. */
void cluster_disconnect(struct cluster *c);

/* News from the membership, or from a peer's /view (provisional). */
void cluster_node(struct cluster *c, const struct proto_node *n,
		  bool provisional);
void cluster_hold(struct cluster *c, const struct proto_hold *h);
void cluster_gone(struct cluster *c, const struct node_id *id,
		  enum proto_reason reason);
void cluster_view(struct cluster *c, uint64_t seq);
/* A peer became usable or ceased to be. */
void cluster_peer_changed(struct cluster *c, struct peer *p);

/* Attaches an image's routes.  -1: ENOMEM. */
int cluster_image_opened(struct cluster *c, struct image *im);

uint32_t cluster_slots(const struct cluster *c);
/* NULL if the slot is empty. */
struct node *cluster_at(const struct cluster *c, uint32_t slot);
/* Nodes that went within DEPARTED_KEEP_NS. */
const struct departed_list *cluster_departed(struct cluster *c);
/* The number of the membership's last view. */
uint64_t cluster_seq(const struct cluster *c);

/* The node at slot has been asked, or has answered: what is measured of it is
 * copied to where routing reads it. */
void cluster_measure(const struct cluster *c, uint32_t slot);
/* The node at slot sent wrong bytes: it is not asked for a while. */
void cluster_lied(struct cluster *c, uint32_t slot);
/* Nodes that sent wrong bytes may be asked again. */
void cluster_lift_bans(struct cluster *c);

/* Has this node's own state, which has changed, announced soon. */
void cluster_self_changed(struct cluster *c);
/* Announces that this node runs a member by now, which listens there. */
void cluster_self_core(struct cluster *c, uint16_t member_port);
/* Announces that this node keeps at most so many bytes from now on. */
void cluster_self_budget(struct cluster *c, uint64_t bytes);
/* Notes that a client reads here, at each read. */
void cluster_self_reads(struct cluster *c);
/* Announces that this node copies in the background, or does so no longer. */
void cluster_self_copies(struct cluster *c, bool copies);
bool cluster_self_active(const struct cluster *c);
bool cluster_self_reading(const struct cluster *c);
const struct proto_node *cluster_self(const struct cluster *c);
/* The time of the last read here, by cluster_ops.last_read_ns. */
int64_t cluster_last_read_ns(const struct cluster *c);

#endif
