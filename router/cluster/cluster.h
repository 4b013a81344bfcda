/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: keeps the table of the nodes and each image's routes up to date, by
 * what the membership and peers' /view tell.
 *
 * News of which nodes are active comes late, and a crowd starts all at once.
 * So a node takes every node that serves for active (wide) until it has read
 * for WIDE_NS, and from then on only those that are known to be active.
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
	/* The nodes have changed: others may be asked now, or may hold other
	 * chunks. */
	void (*changed)(void *ctx);
	/* The node at slot is gone, or has another peer, as it moved to another
	 * address: asks of its former peer bring nothing more. */
	void (*slot_gone)(void *ctx, uint32_t slot);
	/* Called some times a second, after image.in_use was brought up to date
	 * for all images. */
	void (*looked)(void *ctx);
	/* Returns the time of the last read on this node, 0 if there was none;
	 * the present time while a read waits that is likely to be answered
	 * yet. */
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
/* Closes the connections to all peers; the asks that were under way are given
 * back with ECANCELED by peers_drain. */
void cluster_disconnect(struct cluster *c);

/* Take news from the membership: of a node, of the chunks that it holds, that
 * it is gone, and that the view with number seq is complete.  provisional: the
 * node was told by a peer's /view instead. */
void cluster_node(struct cluster *c, const struct proto_node *n,
		  bool provisional);
void cluster_hold(struct cluster *c, const struct proto_hold *h);
void cluster_gone(struct cluster *c, const struct node_id *id,
		  enum proto_reason reason);
void cluster_view(struct cluster *c, uint64_t seq);
/* Brings the routes of p's node up to date after p became usable or ceased to
 * be. */
void cluster_peer_changed(struct cluster *c, struct peer *p);

/* Makes image.routes of an image.  Returns -1 on ENOMEM. */
int cluster_image_opened(struct cluster *c, struct image *im);

uint32_t cluster_slots(const struct cluster *c);
/* Returns the node at slot; NULL: the slot is empty. */
struct node *cluster_at(const struct cluster *c, uint32_t slot);
/* Returns the nodes that went in the last DEPARTED_KEEP_NS. */
const struct departed_list *cluster_departed(struct cluster *c);
/* Returns the number of the membership's last view. */
uint64_t cluster_seq(const struct cluster *c);

/* Copies what was measured of the peer at slot (rate, outstanding, trial, shut)
 * to each image's route_node.  To be called when the node was asked or has
 * answered. */
void cluster_measure(const struct cluster *c, uint32_t slot);
/* Bans the node at slot for a while, because it sent wrong bytes. */
void cluster_lied(struct cluster *c, uint32_t slot);
/* Ends the bans of all nodes, for wrong bytes as for being useless. */
void cluster_lift_bans(struct cluster *c);

/* Notes that this node's own state has changed, so that it is announced
 * soon. */
void cluster_self_changed(struct cluster *c);
/* Announces that this node runs a member from now on, on TCP port
 * member_port. */
void cluster_self_core(struct cluster *c, uint16_t member_port);
/* Announces that the stores of this node may take so many bytes from now on. */
void cluster_self_budget(struct cluster *c, uint64_t bytes);
/* Notes that a client reads here.  To be called at each read. */
void cluster_self_reads(struct cluster *c);
/* Announces whether this node copies chunks in the background (copies). */
void cluster_self_copies(struct cluster *c, bool copies);
bool cluster_self_active(const struct cluster *c);
bool cluster_self_reading(const struct cluster *c);
const struct proto_node *cluster_self(const struct cluster *c);
/* Returns the time of the last read here, by cluster_ops.last_read_ns. */
int64_t cluster_last_read_ns(const struct cluster *c);

#endif
