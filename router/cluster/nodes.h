/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nodes: the table of the nodes that are known, by slot.
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
	/* told of by a peer's /view, not yet by the membership */
	bool provisional;
	struct proto_node info;
	struct peer *peer; /* NULL for slot 0, this node itself */
	struct rumours rumours;
	/* the end of a ban for wrong bytes; until then the node is asked only
	 * if nobody else can be */
	int64_t banned_ns;
	int64_t active_ns; /* when the node was last known to be active */
	int64_t due_ns;    /* when the node's routes change without any news */
	uint32_t bad_hashes;
	/* the peer's number of verdicts when the log was last to tell of
	 * them */
	uint32_t told_useless;
};

struct nodes {
	struct node *at;
	uint32_t slots; /* how many slots are or were in use */
	uint32_t capacity;
	struct heard heard;
	uint64_t seq;      /* the number of the membership's last view */
	bool self_changed; /* this node's state is to be announced */
	bool view_changed; /* the file `view' is to be written anew */
};

/* Makes a table that has this node alone; self is what it says of itself.
 * Returns NULL on ENOMEM. */
struct nodes *nodes_new(const struct proto_node *self);
void nodes_free(struct nodes *ns);

/* Returns the node at slot; NULL: the slot is empty. */
struct node *nodes_at(const struct nodes *ns, uint32_t slot);
/* Returns the slot of the node with that id, or ROUTE_NONE. */
uint32_t nodes_find(const struct nodes *ns, const struct node_id *id);
/* Returns a slot for another node, whose `known` is still false; ROUTE_NONE: no
 * slot is left, or no memory. */
uint32_t nodes_add(struct nodes *ns);

/* Returns the image of that id as n describes it; NULL: n does not have it. */
const struct proto_image *node_image(const struct node *n,
				     const struct digest *id);

#endif
