/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/role_rule.h"

#include <string.h>

static int
by_node(const struct role_claim *a, const struct role_claim *b)
{
	return memcmp(a->node.b, b->node.b, sizeof a->node.b);
}

/* Returns true if a is before b in the queue. */
static bool
before(const struct role_claim *a, const struct role_claim *b)
{
	if (a->asked != b->asked)
		return a->asked;
	if (a->place != b->place)
		return a->place < b->place;
	return by_node(a, b) < 0;
}

/* Returns true if a, not b, keeps the role when both hold it. */
static bool
keeps(const struct role_claim *a, const struct role_claim *b)
{
	int order = memcmp(a->mac, b->mac, sizeof a->mac);

	return order != 0 ? order < 0 : by_node(a, b) < 0;
}

static enum role_step
while_waiting(const struct role_view *v)
{
	if (v->alone)
		return ROLE_STAY;
	for (size_t i = 0; i < v->n; i++) {
		const struct role_claim *o = &v->others[i];

		if (o->state == PROTO_ROLE_HOLDS ||
		    o->state == PROTO_ROLE_TAKING ||
		    (o->state == PROTO_ROLE_CAN && before(o, &v->self)))
			return ROLE_STAY;
	}
	return ROLE_TAKE;
}

static enum role_step
while_taking(const struct role_view *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct role_claim *o = &v->others[i];

		if (o->state == PROTO_ROLE_HOLDS ||
		    (o->state == PROTO_ROLE_TAKING && before(o, &v->self)))
			return ROLE_GIVE_UP;
	}
	return ROLE_STAY;
}

static enum role_step
while_holding(const struct role_view *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct role_claim *o = &v->others[i];

		if (o->state == PROTO_ROLE_HOLDS && keeps(o, &v->self))
			return ROLE_GIVE_UP;
		if (o->state == PROTO_ROLE_CAN && o->asked && v->asked_since)
			return ROLE_GIVE_UP;
	}
	return ROLE_STAY;
}

enum role_step
role_rule(const struct role_view *v)
{
	switch (v->self.state) {
	case PROTO_ROLE_CAN:
		return while_waiting(v);
	case PROTO_ROLE_TAKING:
		return while_taking(v);
	case PROTO_ROLE_HOLDS:
		return while_holding(v);
	default:
		return ROLE_STAY;
	}
}

uint32_t
role_rule_last(const struct role_view *v)
{
	uint32_t last = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->others[i].place > last)
			last = v->others[i].place;
	return last < UINT32_MAX ? last + 1 : last;
}
