/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* turn_queue: the turn to answer DHCP; an election without messages.
 *
 * A core node whose boot service is ready takes the next place in a queue
 * (proto_node's `boots`), and keeps it for as long as that service lives.  The
 * first in the queue answers; the others wait.  Who comes later takes nothing
 * over, and all who have the same view agree.  Of two nodes that took the same
 * place at the same moment the one with the lower UUID is before the other.
 *
 * Limits   TURN_QUEUE_MAX nodes; those who would stand behind them are passed
 *          over, whatever the order in which they are told of.
 *
 * Pure state, of what a member_client's callbacks tell.
 */
#ifndef VF_MEMBERSHIP_CLIENT_TURN_QUEUE_H
#define VF_MEMBERSHIP_CLIENT_TURN_QUEUE_H

#include "membership/wire/proto.h"

/* Chosen: core nodes with a boot service are a handful. */
#define TURN_QUEUE_MAX 64

struct turn_queue {
	uint32_t n;
	struct turn_place {
		struct node_id id;
		uint32_t place;
	} queue[TURN_QUEUE_MAX]; /* in no order */
};

/* A node is new, or described anew. */
void turn_queue_node(struct turn_queue *r, const struct proto_node *n);
void turn_queue_gone(struct turn_queue *r, const struct node_id *id);
/* The node whose turn it is; NULL: nobody's. */
const struct node_id *turn_queue_first(const struct turn_queue *r);

#endif
