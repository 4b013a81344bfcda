/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nodes: the table of the nodes that are known, by slot.
 *
 * A slot is a node's index here, and in each image's array of route_node, for
 * as long as the node is known; slot 0 is this node.  Slots of nodes that left
 * are given to others.
 */
#ifndef VF_ROUTER_CLUSTER_NODES_H
#define VF_ROUTER_CLUSTER_NODES_H

#include <stdbool.h>
#include <stdint.h>

#include "membership/wire/proto.h"
#include "router/cluster/heard.h"
#include "router/cluster/rumour.h"
#include "router/peer/peer.h"

#define NODES_MAX 4096

struct node {
	bool known;
	bool provisional; /* told by a peer, not yet by the membership */
	struct proto_node info;
	struct peer *peer; /* NULL for slot 0 */
	struct rumours rumours;
	int64_t banned_ns; /* asked before only if nobody else can be */
	int64_t active_ns; /* last known to be active */
	int64_t due_ns;    /* time alone changes the node's routes then */
	uint32_t bad_hashes;
	uint32_t told_useless; /* verdicts that the log has told of */
};

struct nodes {
	struct node *at;
	uint32_t slots; /* slots that are or were in use */
	uint32_t capacity;
	struct heard heard;
	uint64_t seq;      /* the number of the last view */
	bool self_changed; /* this node's state is to be announced */
	bool view_changed; /* /view is to be written */
};

/* self: this node's word about itself.  NULL: ENOMEM. */
struct nodes *nodes_new(const struct proto_node *self);
void nodes_free(struct nodes *ns);

/* NULL if the slot is empty. */
struct node *nodes_at(const struct nodes *ns, uint32_t slot);
/* A slot, or ROUTE_NONE. */
uint32_t nodes_find(const struct nodes *ns, const struct node_id *id);
/* Finds a slot for another node, which is not `known` yet; ROUTE_NONE: no slot
 * is left, or no memory. */
uint32_t nodes_add(struct nodes *ns);

/* An image as the node describes it; NULL: the node does not have it. */
const struct proto_image *node_image(const struct node *n,
				     const struct digest *id);

#endif
