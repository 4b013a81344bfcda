/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: keeps the table of the nodes and each image's routes up to date, by
 * what the membership and peers' /view tell.
 *
 * News of which nodes are active comes late, and the nodes of a crowd all start
 * at once.  So until this node has read for WIDE_NS, every node that serves
 * counts as active (wide); after that only those do that are known to be
 * active.
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
	/* Called when nodes have changed: a node may be asked now that could
	 * not be before, or holds other chunks. */
	void (*changed)(void *ctx);
	/* Called when the node at slot is gone, or has a new struct peer since
	 * it moved to another address: asks that its former peer owes bring
	 * nothing more. */
	void (*slot_gone)(void *ctx, uint32_t slot);
	/* Called several times a second, after image.in_use was brought up to
	 * date for all images. */
	void (*looked)(void *ctx);
	/* Returns the time of the last read on this node, or the present time
	 * while a read waits that is likely to be answered; 0: there was no
	 * read. */
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

/* Take news from the membership: cluster_node of a node's state, cluster_hold
 * of the chunks that a node holds, cluster_gone that a node is gone, and
 * cluster_view that all nodes of the view number seq were told.  provisional: a
 * peer's /view, not the membership, has told of the node. */
void cluster_node(struct cluster *c, const struct proto_node *n,
		  bool provisional);
void cluster_hold(struct cluster *c, const struct proto_hold *h);
void cluster_gone(struct cluster *c, const struct node_id *id,
		  enum proto_reason reason);
void cluster_view(struct cluster *c, uint64_t seq);
/* Brings the routes to p's node up to date, after p has become usable or
 * unusable. */
void cluster_peer_changed(struct cluster *c, struct peer *p);

/* Makes image.routes of an image.  Returns -1 on ENOMEM. */
int cluster_image_opened(struct cluster *c, struct image *im);

uint32_t cluster_slots(const struct cluster *c);
/* Returns the node at slot; NULL: the slot is empty. */
struct node *cluster_at(const struct cluster *c, uint32_t slot);
/* Returns the nodes that have gone within the last DEPARTED_KEEP_NS. */
const struct departed_list *cluster_departed(struct cluster *c);
/* Returns the number of the membership's last view. */
uint64_t cluster_seq(const struct cluster *c);

/* Copies what was measured of the peer at slot (rate, outstanding, trial, shut)
 * to each image's route_node.  To be called when the node was asked or has
 * answered. */
void cluster_measure(const struct cluster *c, uint32_t slot);
/* Bans the node at slot for a while, because it sent wrong bytes. */
void cluster_lied(struct cluster *c, uint32_t slot);
/* Ends the bans of all nodes: those for wrong bytes, and those of useless
 * peers. */
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
