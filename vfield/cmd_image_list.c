/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image list: shows the images of the cluster, as this node knows
 * them. */
#include "vfield/cmd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/json_fields.h"
#include "vfield/node_config.h"

#define PROGRAM "vfield image list"
#define NAME_TEXT 80
#define WHY_TEXT 256

struct settings {
	const char *config;
	const char *run_dir;
	bool json;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("json", 'j', FLAG, json, NULL, "say it as one JSON object"),
    NODE_OPTIONS("is asked"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "image",
    .args = "",
    .summary = "Show the images of all machines, and who has and uses them.",
    .options = options,
};

/* Returns the entry of `list` that has the same id as `image`.  If there is
 * none, adds one and returns it. */
static struct json_object *
entry(struct json_object *list, struct json_object *image)
{
	const char *id = control_string(image, "id");
	struct json_object *e;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		e = json_object_array_get_idx(list, i);
		if (strcmp(control_string(e, "id"), id) == 0)
			return e;
	}
	e = json_object_new_object();
	json_add_text(e, "name", control_string(image, "name"));
	json_add_text(e, "id", id);
	json_add_number(e, "size", control_number(image, "size"));
	json_object_array_add(list, e);
	return e;
}

static void
count(struct json_object *e, const char *key, bool one)
{
	json_add_number(e, key, control_number(e, key) + one);
}

static void
add_node(struct json_object *list, struct json_object *node, const char *chosen)
{
	size_t n;
	struct json_object *images = control_array(node, "images", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *im = json_object_array_get_idx(images, i);
		struct json_object *e = entry(list, im);
		bool self = control_bool(node, "self");

		count(e, "machines", true);
		count(e, "seeds", control_bool(im, "seed"));
		count(e, "complete", control_bool(im, "complete"));
		count(e, "used_by", control_bool(im, "used"));
		if (self || !control_bool(e, "here"))
			json_object_object_add(e, "here",
					       json_object_new_boolean(self));
		json_object_object_add(
		    e, "default",
		    json_object_new_boolean(
			strcmp(control_string(e, "id"), chosen) == 0));
	}
}

static void
add_why(struct json_object *list, struct json_object *not_taken, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *t = json_object_array_get_idx(not_taken, i);

		json_add_text(entry(list, t), "why", control_string(t, "why"));
	}
}

/* Returns {"images": [...]}, made from the router's answer to "nodes". */
static struct json_object *
list_of(struct json_object *answer)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const char *chosen =
	    control_string(control_object(answer, "default"), "id");
	struct json_object *a;
	size_t n;

	a = control_array(answer, "nodes", &n);
	for (size_t i = 0; i < n; i++)
		add_node(list, json_object_array_get_idx(a, i), chosen);
	a = control_array(answer, "not_taken", &n);
	add_why(list, a, n);
	json_object_object_add(o, "images", list);
	return o;
}

static void
show(struct json_object *list)
{
	size_t n;
	struct json_object *images = control_array_by_name(list, "images", &n);
	char name[NAME_TEXT], id[NAME_TEXT], size[HUMAN_TEXT], why[WHY_TEXT];

	printf("  %-20s %-12s %9s %5s %5s %5s\n", "IMAGE", "ID", "SIZE", "HAVE",
	       "SEEDS", "USE");
	for (size_t i = 0; i < n; i++) {
		struct json_object *e = json_object_array_get_idx(images, i);

		printf(
		    "%c %-20s %-12.12s %9s %5" PRIu64 " %5" PRIu64 " %5" PRIu64
		    "%s\n",
		    control_bool(e, "here") ? '>' : ' ',
		    human_clean(control_string(e, "name"), name, sizeof name),
		    human_clean(control_string(e, "id"), id, sizeof id),
		    human_bytes(control_number(e, "size"), size),
		    control_number(e, "machines"), control_number(e, "seeds"),
		    control_number(e, "used_by"),
		    control_bool(e, "default") ? "  default" : "");
		human_clean(control_string(e, "why"), why, sizeof why);
		if (why[0] != '\0')
			printf("    not taken here: %s\n", why);
	}
}

int
cmd_image_list(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR};
	struct json_object *answer, *list;
	char **rest;
	int nrest;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest > 0) {
		fprintf(stderr,
			PROGRAM ": no operand is expected\nTry '" PROGRAM
				" --help'.\n");
		return 2;
	}
	answer = control_ask_json(set.run_dir, "nodes");
	if (answer == NULL) {
		control_complain(PROGRAM, set.run_dir);
		return EXIT_FAILURE;
	}
	list = list_of(answer);
	if (set.json)
		puts(json_object_to_json_string_ext(list,
						    JSON_C_TO_STRING_PRETTY));
	else
		show(list);
	json_object_put(list);
	json_object_put(answer);
	return stdout_flush(PROGRAM) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
