/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: the nodes that the membership told of, and what that means for
 * routing: each image's array of route_node, kept up to date.
 *
 * A node has a slot, which is its index in those arrays for as long as it is
 * known; slot 0 is this node.  Slots of nodes that left are reused.
 *
 * Who is active is known late and a crowd starts at once, so a node that
 * begins to read takes everybody who serves for active (wide), and narrows
 * to those known to be active after WIDE_NS.
 */
#ifndef VF_ROUTER_CLUSTER_CLUSTER_H
#define VF_ROUTER_CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "membership/wire/proto.h"
#include "router/peer/peer.h"
#include "router/policy/route.h"

#define CLUSTER_NODES_MAX 4096

struct router;
struct image;
struct cluster;
struct rumour;

struct node {
	bool known;
	bool provisional; /* told by a peer, not yet by the membership */
	struct proto_node info;
	struct peer *peer; /* NULL for slot 0 */
	struct rumour *rumours;
	int64_t banned_ns; /* not asked until then, if anybody else can be */
	int64_t active_ns; /* last known to be active */
	uint32_t bad_hashes;
};

struct cluster *cluster_new(struct router *r);
void cluster_free(struct cluster *c);
/* Closes all connections: what peers owe is answered by peers_drain. */
void cluster_disconnect(struct router *r);

/* From the membership, or from a peer's /view (provisional). */
void cluster_node(struct router *r, const struct proto_node *n,
		  bool provisional);
void cluster_hold(struct router *r, const struct proto_hold *h);
void cluster_gone(struct router *r, const struct node_id *id);
void cluster_view(struct router *r, uint64_t seq);

int cluster_attach_image(struct router *r, struct image *im);
void cluster_detach_image(struct router *r, struct image *im);

uint32_t cluster_slots(const struct router *r);
/* NULL if the slot is empty. */
struct node *cluster_at(const struct router *r, uint32_t slot);

/* Bring the image's trees up to date. */
void cluster_refresh(struct router *r, struct image *im);
/* The node at slot has been asked, or has answered. */
void cluster_touched(struct router *r, struct image *im, uint32_t slot);
/* The node at slot has the image file itself. */
bool cluster_is_seed(const struct router *r, const struct image *im,
		     uint32_t slot);
/* It said that it holds the chunk, and does not. */
void cluster_lacks(struct router *r, struct image *im, uint32_t slot,
		   uint32_t chunk);
/* It sent wrong bytes. */
void cluster_lied(struct router *r, uint32_t slot);
/* Those who did may be asked again. */
void cluster_lift_bans(struct router *r);
void cluster_peer_changed(struct router *r, struct peer *p);

/* This node's own state has changed: announced soon. */
void cluster_self_changed(struct router *r);
/* It runs a member by now, that listens there. */
void cluster_self_core(struct router *r, uint16_t member_port);
/* Somebody reads here: call at each read. */
void cluster_self_reads(struct router *r);
bool cluster_self_active(const struct router *r);
bool cluster_self_reading(const struct router *r);
const struct proto_node *cluster_self(const struct router *r);

#endif
