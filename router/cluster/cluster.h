/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: keeps the table of nodes, and each image's routes, up to date with
 * the news from the membership and from peers' /view.
 *
 * News of which nodes are active comes late, and the nodes of a crowd all start
 * at once.  So until this node has read for WIDE_NS, every node that serves
 * counts as active: its trees are wide.  After that only nodes that are known
 * to be active count.
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
	/* Called when a node may be asked that could not be asked before, or
	 * holds other chunks than before. */
	void (*changed)(void *ctx);
	/* Called when the node at slot is gone, or has moved to another address
	 * and so has a new struct peer: asks to its former peer bring nothing
	 * more. */
	void (*slot_gone)(void *ctx, uint32_t slot);
	/* Called several times a second, right after image.in_use was set anew
	 * for all images. */
	void (*looked)(void *ctx);
	/* Returns when this node last read: the present time while a read waits
	 * that is likely to be answered; 0: it never read. */
	int64_t (*last_read_ns)(void *ctx);
};

struct cluster_setup {
	struct loop *loop;
	struct images *images;
	struct peers *peers;
	struct nodes *nodes;
	struct choice *choice;
	struct announce *announce;
	unsigned copies; /* how many nodes are to keep each chunk (R) */
	/* true: this node reads all from the seed, and stands in no tree and no
	 * line */
	bool direct;
	const struct cluster_ops *ops;
	void *ctx; /* passed to the functions of ops */
};

/* Makes a cluster.  *s is copied; what its pointers lead to must outlive the
 * cluster.  Returns NULL on ENOMEM. */
struct cluster *cluster_new(const struct cluster_setup *s);
void cluster_free(struct cluster *c);
/* Closes the connections to all peers; the next peers_drain gives open asks
 * back with ECANCELED. */
void cluster_disconnect(struct cluster *c);

/* Take news from the membership.  cluster_node takes the state of a node;
 * provisional: the state comes from a peer's /view, not from the membership.
 * cluster_hold takes news of which chunks a node holds, and cluster_gone that a
 * node is gone.  cluster_view is called after all nodes of the view with number
 * seq were reported. */
void cluster_node(struct cluster *c, const struct proto_node *n,
		  bool provisional);
void cluster_hold(struct cluster *c, const struct proto_hold *h);
void cluster_gone(struct cluster *c, const struct node_id *id,
		  enum proto_reason reason);
void cluster_view(struct cluster *c, uint64_t seq);
/* Brings the routes to p's node up to date.  Called after p has become usable
 * or unusable. */
void cluster_peer_changed(struct cluster *c, struct peer *p);

/* Makes image.routes of an image.  Returns 0, or -1 on ENOMEM. */
int cluster_image_opened(struct cluster *c, struct image *im);

uint32_t cluster_slots(const struct cluster *c);
/* Returns the node at slot; NULL: the slot is empty. */
struct node *cluster_at(const struct cluster *c, uint32_t slot);
/* Returns the nodes that have gone within the last DEPARTED_KEEP_NS. */
const struct departed_list *cluster_departed(struct cluster *c);
/* Returns the number of the membership's last view. */
uint64_t cluster_seq(const struct cluster *c);

/* Copies the measurements of the peer at slot (rate, outstanding, trial, shut)
 * to the node's route_node in each image.  Called when the node was asked or
 * has answered. */
void cluster_measure(const struct cluster *c, uint32_t slot);
/* Bans the node at slot for a while, because it sent wrong bytes. */
void cluster_lied(struct cluster *c, uint32_t slot);
/* Ends all bans of nodes: those for wrong bytes, and those for being useless
 * (peer_verdict.h). */
void cluster_lift_bans(struct cluster *c);

/* Notes that this node's own state has changed, so that it is announced
 * soon. */
void cluster_self_changed(struct cluster *c);
/* Announces that this node now runs a member, which listens on TCP port
 * member_port. */
void cluster_self_core(struct cluster *c, uint16_t member_port);
/* Announces that the stores of this node may take `bytes` bytes from now on. */
void cluster_self_budget(struct cluster *c, uint64_t bytes);
/* Notes that a client of this node reads.  Called at each read. */
void cluster_self_reads(struct cluster *c);
/* Announces whether this node copies chunks in the background (`copies` is
 * true). */
void cluster_self_copies(struct cluster *c, bool copies);
bool cluster_self_active(const struct cluster *c);
bool cluster_self_reading(const struct cluster *c);
const struct proto_node *cluster_self(const struct cluster *c);
/* Returns when this node last read, as cluster_ops.last_read_ns does. */
int64_t cluster_last_read_ns(const struct cluster *c);

#endif
