/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* turn_queue: decides which node answers DHCP: an election without messages.
 *
 * A core node whose boot service is ready takes the next place in a queue (the
 * field `boots` of struct proto_node), and keeps it for as long as that service
 * lives.  The first node in the queue answers; the others wait.  A node that
 * comes later takes the turn from no other, and all nodes that have the same
 * view agree.  If two nodes took the same place at the same moment, the one
 * with the lower UUID is before the other.
 *
 * Limits   TURN_QUEUE_MAX nodes.  Nodes that would stand behind them are
 *          ignored, in whatever order nodes are reported.
 *
 * Pure: the queue follows from what the callbacks of a member_client report.
 */
#ifndef VF_MEMBERSHIP_CLIENT_TURN_QUEUE_H
#define VF_MEMBERSHIP_CLIENT_TURN_QUEUE_H

#include "membership/wire/proto.h"

/* Arbitrary: core nodes with a boot service are a handful. */
#define TURN_QUEUE_MAX 64

struct turn_queue {
	uint32_t n;
	struct turn_place {
		struct node_id id;
		uint32_t place;
	} queue[TURN_QUEUE_MAX]; /* the first n are in use, in no order */
};

/* Takes a node that is new or has changed, and gives it a place in the queue,
 * or none. */
void turn_queue_node(struct turn_queue *r, const struct proto_node *n);
void turn_queue_gone(struct turn_queue *r, const struct node_id *id);
/* Returns the node whose turn it is, or NULL if the queue is empty. */
const struct node_id *turn_queue_first(const struct turn_queue *r);

#endif
