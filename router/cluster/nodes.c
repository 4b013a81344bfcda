/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/nodes.h"

#include <stdlib.h>
#include <string.h>

#include "router/cluster/rumour.h"
#include "router/policy/route.h"

/* number of slots that are allocated first, and doubled as needed; arbitrary */
#define CAPACITY 64

struct nodes *
nodes_new(const struct proto_node *self)
{
	struct nodes *ns = calloc(1, sizeof *ns);

	if (ns == NULL)
		return NULL;
	ns->at = calloc(CAPACITY, sizeof *ns->at);
	if (ns->at == NULL) {
		free(ns);
		return NULL;
	}
	ns->capacity = CAPACITY;
	ns->slots = 1;
	ns->at[0].known = true;
	ns->at[0].info = *self;
	ns->self_changed = ns->view_changed = true;
	return ns;
}

void
nodes_free(struct nodes *ns)
{
	if (ns == NULL)
		return;
	for (uint32_t i = 1; i < ns->slots; i++)
		if (ns->at[i].known) {
			rumour_forget(&ns->at[i].rumours, &ns->heard);
			peer_free(ns->at[i].peer);
		}
	free(ns->at);
	free(ns);
}

struct node *
nodes_at(const struct nodes *ns, uint32_t slot)
{
	struct node *n = &ns->at[slot];

	return n->known ? n : NULL;
}

uint32_t
nodes_find(const struct nodes *ns, const struct node_id *id)
{
	for (uint32_t i = 0; i < ns->slots; i++)
		if (ns->at[i].known && node_id_equal(&ns->at[i].info.id, id))
			return i;
	return ROUTE_NONE;
}

static int
grow(struct nodes *ns)
{
	uint32_t capacity = ns->capacity * 2;
	struct node *at = reallocarray(ns->at, capacity, sizeof *at);

	if (at == NULL)
		return -1;
	memset(at + ns->capacity, 0, ns->capacity * sizeof *at);
	ns->at = at;
	ns->capacity = capacity;
	return 0;
}

uint32_t
nodes_add(struct nodes *ns)
{
	for (uint32_t i = 1; i < ns->slots; i++)
		if (!ns->at[i].known)
			return i;
	if (ns->slots == NODES_MAX ||
	    (ns->slots == ns->capacity && grow(ns) == -1))
		return ROUTE_NONE;
	return ns->slots++;
}

bool
nodes_alone(const struct nodes *ns)
{
	for (uint32_t i = 1; i < ns->slots; i++)
		if (ns->at[i].known && !ns->at[i].provisional)
			return false;
	return true;
}

const struct proto_image *
node_image(const struct node *n, const struct digest *id)
{
	for (unsigned i = 0; i < n->info.nimages; i++)
		if (digest_equal(&n->info.images[i].id, id))
			return &n->info.images[i];
	return NULL;
}
