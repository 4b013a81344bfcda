/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/role_list.h"

#include <string.h>

#include "lib/cleanup.h"
#include "lib/ip4.h"
#include "vfield/boot_status.h"
#include "vfield/control.h"

/* The state of a node's claim, and the name of the list that the node is put
 * into. */
static const char *const lists[][2] = {{"holds", "holders"},
				       {"taking", "taking"},
				       {"can", "waiting"},
				       {"blocked", "blocked"}};

#define NLISTS (sizeof lists / sizeof *lists)

struct json_object *
role_list_find(struct json_object *list, const char *role)
{
	size_t n;
	struct json_object *roles = control_array(list, "roles", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(roles, i);

		if (strcmp(control_string(o, "name"), role) == 0)
			return o;
	}
	return NULL;
}

bool
role_list_has(struct json_object *role, const char *list, const char *host)
{
	size_t n;
	struct json_object *a = control_array(role, list, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(
			control_string(json_object_array_get_idx(a, i), "host"),
			host) == 0)
			return true;
	return false;
}

/* Returns the role of that name in the list, which is added if it is not there.
 */
static struct json_object *
get_role(struct json_object *list, const char *name, uint32_t address)
{
	struct json_object *o = role_list_find(list, name), *text = NULL;
	char ip[IP4_TEXT];

	if (o != NULL)
		return o;
	o = json_object_new_object();
	if (address != 0)
		text = json_object_new_string(ip4_text(address, ip));
	json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "address", text);
	for (size_t i = 0; i < NLISTS; i++)
		json_object_object_add(o, lists[i][1], json_object_new_array());
	json_object_array_add(json_object_object_get(list, "roles"), o);
	return o;
}

static void
add(struct json_object *role, const char *state, struct json_object *node,
    uint64_t place)
{
	struct json_object *who = json_object_new_object();
	const char *host = control_string(node, "host");

	if (*host == '\0')
		host = control_string(node, "name");
	json_object_object_add(
	    who, "node", json_object_new_string(control_string(node, "name")));
	json_object_object_add(who, "host", json_object_new_string(host));
	json_object_object_add(who, "place", json_object_new_uint64(place));
	for (size_t i = 0; i < NLISTS; i++)
		if (strcmp(lists[i][0], state) == 0) {
			json_object_array_add(
			    json_object_object_get(role, lists[i][1]), who);
			return;
		}
	json_object_put(who); /* dropped: the state is one of a later version */
}

/* Returns "holds" if the boot service of this machine answers DHCP, "can" if it
 * waits, else "".  Asked of the boot service, since the node does not hear its
 * own place in the queue. */
static const char *
own_dhcp(const char *run_dir)
{
	struct json_object *o = boot_status_read(run_dir);
	const char *role = control_string(o, "role"), *state = "";

	if (strcmp(role, "answering") == 0)
		state = "holds";
	else if (strcmp(role, "standby") == 0)
		state = "can";
	json_object_put(o);
	return state;
}

/* Returns the node with the first place in the queue of boot services, not
 * counting this machine's; NULL: there is none. */
static struct json_object *
first_of(struct json_object *nodes, size_t n)
{
	struct json_object *first = NULL;
	uint64_t least = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(nodes, i);
		uint64_t place = control_number(o, "boots");

		if (place != 0 && (first == NULL || place < least)) {
			first = o;
			least = place;
		}
	}
	return first;
}

static void
add_dhcp(struct json_object *list, struct json_object *said,
	 struct json_object *nodes, size_t n, const char *own)
{
	struct json_object *first =
	    strcmp(own, "holds") == 0 ? NULL : first_of(nodes, n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(nodes, i);
		uint64_t place = control_number(o, "boots");

		if (place != 0)
			add(get_role(list, ROLE_DHCP, 0),
			    o == first ? "holds" : "can", o, place);
	}
	if (*own != '\0')
		add(get_role(list, ROLE_DHCP, 0), own, said, 0);
}

static int
by_place(const void *va, const void *vb)
{
	struct json_object *const *a = va, *const *b = vb;
	uint64_t x = control_number(*a, "place"),
		 y = control_number(*b, "place");

	return (x > y) - (x < y);
}

static int
by_name(const void *va, const void *vb)
{
	struct json_object *const *a = va, *const *b = vb;

	return strcmp(control_string(*a, "name"), control_string(*b, "name"));
}

static void
sort(struct json_object *list)
{
	size_t n;
	struct json_object *roles = control_array(list, "roles", &n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < NLISTS; j++)
			json_object_array_sort(
			    json_object_object_get(
				json_object_array_get_idx(roles, i),
				lists[j][1]),
			    by_place);
	json_object_array_sort(roles, by_name);
}

struct json_object *
role_list_ask(const char *program, const char *run_dir)
{
	struct json_object *said = control_ask_json(run_dir, "roles"), *list;
	size_t n;
	struct json_object *nodes = control_array(said, "nodes", &n);

	if (said == NULL) {
		control_complain(program, run_dir);
		return NULL;
	}
	list = json_object_new_object();
	json_object_object_add(
	    list, "alone",
	    json_object_new_boolean(control_bool(said, "alone")));
	json_object_object_add(list, "roles", json_object_new_array());
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(nodes, i);
		size_t roles;
		struct json_object *a = control_array(o, "roles", &roles);

		for (size_t j = 0; j < roles; j++) {
			struct json_object *r = json_object_array_get_idx(a, j);

			add(get_role(list, control_string(r, "name"),
				     control_number(r, "address")),
			    control_string(r, "state"), o,
			    control_number(r, "place"));
		}
	}
	add_dhcp(list, said, nodes, n, own_dhcp(run_dir));
	sort(list);
	json_object_put(said);
	return list;
}
