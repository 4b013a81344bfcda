/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/next_boot.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vfield/boot_status.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define NAME_TEXT 80
#define DISK "disk"

/* Returns an image that the node runs, preferably the one with the id `id`;
 * NULL: the node runs none. */
static struct json_object *
runs(struct json_object *node, const char *id)
{
	size_t n;
	struct json_object *images = control_array(node, "images", &n);
	struct json_object *found = NULL;

	for (size_t i = 0; i < n; i++) {
		struct json_object *image =
		    json_object_array_get_idx(images, i);

		if (!control_bool(image, "used"))
			continue;
		if (found == NULL ||
		    strcmp(control_string(image, "id"), id) == 0)
			found = image;
	}
	return found;
}

static void
add(struct json_object *node, struct json_object *machine)
{
	struct json_object *o;
	const char *id = control_string(machine, "next");
	struct json_object *now = runs(node, id);

	if (*id == '\0' || now == NULL)
		return;
	o = json_object_new_object();
	json_object_object_add(o, "id", json_object_new_string(id));
	json_object_object_add(
	    o, "name",
	    json_object_new_string(control_string(machine, "next_name")));
	json_object_object_add(o, "same",
			       json_object_new_boolean(
				   strcmp(control_string(now, "id"), id) == 0));
	json_object_object_add(node, "next", o);
}

/* Returns the node with the id `id`; NULL: there is none. */
static struct json_object *
find(struct json_object *nodes, size_t n, const char *id)
{
	for (size_t i = 0; i < n && *id != '\0'; i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);

		if (strcmp(control_string(node, "id"), id) == 0)
			return node;
	}
	return NULL;
}

void
next_boot_add(struct json_object *answer, const char *run_dir)
{
	struct json_object *boot = boot_status_read(run_dir);
	size_t n, nnodes;
	struct json_object *all = control_array(boot, "machines", &n);
	struct json_object *nodes = control_array(answer, "nodes", &nnodes);

	for (size_t i = 0; i < n; i++) {
		struct json_object *m = json_object_array_get_idx(all, i);
		struct json_object *node =
		    find(nodes, nnodes, control_string(m, "node"));

		if (node != NULL)
			add(node, m);
	}
	json_object_put(boot);
}

/* Writes name and id of an image, or that a disk is meant, to `to`, and returns
 * `to`. */
static const char *
label(struct json_object *image, char to[2 * NAME_TEXT])
{
	char name[NAME_TEXT], id[NAME_TEXT];

	human_clean(control_string(image, "name"), name, sizeof name);
	human_clean(control_string(image, "id"), id, sizeof id);
	if (strcmp(id, DISK) == 0)
		return strcpy(to, "start from its disk");
	snprintf(to, 2 * NAME_TEXT, "%s%s(%.12s)", name,
		 *name != '\0' ? " " : "", id);
	return to;
}

void
next_boot_show(struct json_object *nodes, size_t n)
{
	char name[NAME_TEXT], now[2 * NAME_TEXT], then[2 * NAME_TEXT];
	size_t known = 0, same = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);
		struct json_object *next = control_object(node, "next");

		known += next != NULL;
		same += control_bool(next, "same");
		if (next == NULL || control_bool(next, "same"))
			continue;
		human_clean(control_string(node, "name"), name, sizeof name);
		printf("  %s runs %s, and will %s%s\n", name,
		       label(runs(node, control_string(next, "id")), now),
		       strcmp(control_string(next, "id"), DISK) == 0 ? ""
								     : "boot ",
		       label(next, then));
	}
	if (known > 0)
		printf("  %zu of %zu machines run what they would boot now\n",
		       same, known);
}
