/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* turn_queue: decides which node answers DHCP, without messages of its own.
 *
 * A core node whose boot service is ready takes the last place in a queue (the
 * field `boots` of struct proto_node), and keeps it for as long as that service
 * lives.  The first node in the queue answers DHCP; the others wait.  So a node
 * that comes later never takes over, and all nodes with the same view agree on
 * the first.  If two nodes have taken the same place at the same moment, the
 * one with the lower UUID comes first.
 *
 * Limits   TURN_QUEUE_MAX nodes.  Nodes with later places are ignored, in
 *          whatever order nodes are reported.
 *
 * Pure: the queue follows from what the callbacks of a member_client report.
 */
#ifndef VF_MEMBERSHIP_CLIENT_TURN_QUEUE_H
#define VF_MEMBERSHIP_CLIENT_TURN_QUEUE_H

#include "membership/wire/proto.h"

/* The most nodes in the queue.  Arbitrary: core nodes with a boot service are a
 * handful. */
#define TURN_QUEUE_MAX 64

struct turn_queue {
	uint32_t n;
	struct turn_place {
		struct node_id id;
		uint32_t place;
		/* the first n entries are in use, in no order */
	} queue[TURN_QUEUE_MAX];
};

/* Called with each node that is new or has changed: puts it into the queue at
 * the place that n->boots says, or removes it if that is 0. */
void turn_queue_node(struct turn_queue *r, const struct proto_node *n);
void turn_queue_gone(struct turn_queue *r, const struct node_id *id);
/* Returns the node that is to answer DHCP; NULL: the queue is empty. */
const struct node_id *turn_queue_first(const struct turn_queue *r);

#endif
