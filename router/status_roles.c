/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file makes the answer on the roles of all nodes. */
#include "router/status_inside.h"

#include "membership/wire/proto_roles.h"
#include "router/cluster/cluster.h"
#include "router/router.h"
#include "router/status.h"

static json *
role_json(const struct proto_role *r)
{
	json *o = json_object_new_object();

	add_str(o, "name", r->name);
	add_str(o, "state", proto_role_word(r->state));
	add_num(o, "place", r->place);
	add_num(o, "address", r->address);
	return o;
}

/* Returns what a node says of its roles; NULL: nothing. */
static json *
node_json(const struct proto_node *n, bool self)
{
	struct proto_roles r;
	bool has = proto_roles_get(n, &r);
	json *o, *roles;

	if (!has && n->boots == 0)
		return NULL;
	o = json_object_new_object();
	roles = json_object_new_array();
	for (unsigned i = 0; i < r.n; i++)
		json_object_array_add(roles, role_json(&r.v[i]));
	add_hex(o, "id", n->id.b, sizeof n->id.b);
	add_str(o, "name", n->name);
	add_str(o, "host", r.host);
	add_bool(o, "self", self);
	add_hex(o, "mac", r.mac, sizeof r.mac);
	add_num(o, "boots", n->satellite ? 0 : n->boots);
	json_object_object_add(o, "roles", roles);
	return o;
}

json *
status_roles_json(struct router *r)
{
	json *o = json_object_new_object(), *nodes = json_object_new_array();

	for (uint32_t i = 0; i < cluster_slots(r->cluster); i++) {
		const struct node *n = cluster_at(r->cluster, i);
		json *one = n != NULL ? node_json(&n->info, i == 0) : NULL;

		if (one != NULL)
			json_object_array_add(nodes, one);
	}
	add_str(o, "name", cluster_self(r->cluster)->name);
	add_bool(o, "alone", member_client_alone(r->member));
	json_object_object_add(o, "nodes", nodes);
	return o;
}
