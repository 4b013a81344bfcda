/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/turn_queue.h"

#include <string.h>

static bool
before(const struct turn_place *a, const struct turn_place *b)
{
	if (a->place != b->place)
		return a->place < b->place;
	return memcmp(a->id.b, b->id.b, sizeof a->id.b) < 0;
}

void
turn_queue_gone(struct turn_queue *r, const struct node_id *id)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (node_id_equal(&r->queue[i].id, id)) {
			r->queue[i] = r->queue[--r->n];
			return;
		}
}

static struct turn_place *
last(struct turn_queue *r)
{
	struct turn_place *l = &r->queue[0];

	for (uint32_t i = 1; i < r->n; i++)
		if (before(l, &r->queue[i]))
			l = &r->queue[i];
	return l;
}

void
turn_queue_node(struct turn_queue *r, const struct proto_node *n)
{
	struct turn_place mine = {.id = n->id, .place = n->boots};

	turn_queue_gone(r, &n->id);
	if (n->boots == 0 || n->satellite)
		return;
	if (r->n < TURN_QUEUE_MAX)
		r->queue[r->n++] = mine;
	else if (before(&mine, last(r)))
		*last(r) = mine;
}

const struct node_id *
turn_queue_first(const struct turn_queue *r)
{
	uint32_t first = 0;

	for (uint32_t i = 1; i < r->n; i++)
		if (before(&r->queue[i], &r->queue[first]))
			first = i;
	return r->n > 0 ? &r->queue[first].id : NULL;
}
