/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nodes: keeps the table of the nodes that are known, by slot.
 *
 * A slot is a node's index in this table, and in each image's array of
 * route_node, for as long as the node is known; slot 0 is this node.  The slot
 * of a node that has left is given to another.
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
	/* only a peer's /view has reported the node, not yet the membership */
	bool provisional;
	struct proto_node info;
	/* the node as a source of chunks; NULL for slot 0, this node */
	struct peer *peer;
	struct rumours rumours;
	/* when the node's ban for wrong bytes ends; until then it is asked only
	 * if no other node can be */
	int64_t banned_ns;
	int64_t active_ns; /* when the node was last known to be active */
	/* when the node's routes must be set anew even without news; INT64_MAX:
	 * never */
	int64_t due_ns;
	uint32_t bad_hashes;
	/* value of peer_stats.verdicts when the peer was last logged as
	 * useless */
	uint32_t told_useless;
};

struct nodes {
	struct node *at;
	uint32_t slots; /* all slots in use are less than this */
	uint32_t capacity;
	struct heard heard;
	uint64_t seq;      /* the number of the membership's last view */
	bool self_changed; /* this node's state is to be announced */
	bool view_changed; /* the file `view` is to be written anew */
};

/* Makes a table that has only this node in it, described by `self`.  Returns
 * NULL on ENOMEM. */
struct nodes *nodes_new(const struct proto_node *self);
void nodes_free(struct nodes *ns);

/* Returns the node at slot; NULL: the slot is empty. */
struct node *nodes_at(const struct nodes *ns, uint32_t slot);
/* Returns the slot of the node with that id, or ROUTE_NONE. */
uint32_t nodes_find(const struct nodes *ns, const struct node_id *id);
/* Returns the slot of a new node, whose `known` the caller has to set.
 * ROUTE_NONE: no slot is left, or memory is short. */
uint32_t nodes_add(struct nodes *ns);
/* Returns true if the membership has told of no other node. */
bool nodes_alone(const struct nodes *ns);

/* Returns what node n announces of the image with that id; NULL: n does not
 * have the image. */
const struct proto_image *node_image(const struct node *n,
				     const struct digest *id);

#endif
