/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/departed.h"

#include <string.h>

#include "lib/log.h"

static void
drop(struct departed_list *l, uint32_t i)
{
	l->n--;
	memmove(&l->at[i], &l->at[i + 1], (l->n - i) * sizeof *l->at);
}

void
departed_add(struct departed_list *l, const struct proto_node *n,
	     enum proto_reason reason, int64_t now_ns)
{
	struct departed *d;

	departed_back(l, n);
	if (l->n == DEPARTED_MAX)
		drop(l, 0);
	d = &l->at[l->n++];
	*d = (struct departed){
	    .id = n->id, .nbd = n->nbd, .reason = reason, .at_ns = now_ns};
	memcpy(d->name, n->name, sizeof d->name);
}

void
departed_log(const struct proto_node *n, enum proto_reason reason)
{
	if (reason == PROTO_LOST)
		log_warn("node %s is lost: it died, or cannot be reached",
			 n->name);
	else
		log_info("node %s %s", n->name,
			 reason == PROTO_LEFT ? "left" : "is gone");
}

static bool
same_machine(const struct departed *d, const struct proto_node *n)
{
	return node_id_equal(&d->id, &n->id) ||
	       (strcmp(d->name, n->name) == 0 &&
		address_equal(&d->nbd, &n->nbd));
}

void
departed_back(struct departed_list *l, const struct proto_node *n)
{
	for (uint32_t i = 0; i < l->n;)
		if (same_machine(&l->at[i], n))
			drop(l, i);
		else
			i++;
}

void
departed_expire(struct departed_list *l, int64_t now_ns)
{
	while (l->n > 0 && now_ns - l->at[0].at_ns > DEPARTED_KEEP_NS)
		drop(l, 0);
}
