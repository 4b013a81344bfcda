/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/turn_queue.h"

#include <string.h>

void
turn_queue_gone(struct turn_queue *r, const struct node_id *id)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (node_id_equal(&r->queue[i].id, id)) {
			r->queue[i] = r->queue[--r->n];
			return;
		}
}

void
turn_queue_node(struct turn_queue *r, const struct proto_node *n)
{
	turn_queue_gone(r, &n->id);
	if (n->boots == 0 || n->satellite || r->n == TURN_QUEUE_MAX)
		return;
	r->queue[r->n].id = n->id;
	r->queue[r->n].place = n->boots;
	r->n++;
}

const struct node_id *
turn_queue_first(const struct turn_queue *r)
{
	uint32_t first = 0;

	for (uint32_t i = 1; i < r->n; i++) {
		uint32_t a = r->queue[i].place, b = r->queue[first].place;

		if (a < b ||
		    (a == b && memcmp(r->queue[i].id.b, r->queue[first].id.b,
				      sizeof r->queue[i].id.b) < 0))
			first = i;
	}
	return r->n > 0 ? &r->queue[first].id : NULL;
}
