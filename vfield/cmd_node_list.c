/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield node list: shows the nodes, and which images each of them runs and
 * holds; for machines that have booted from here, also what they boot next. */
#include "vfield/cmd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/address.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/next_boot.h"
#include "vfield/node_config.h"
#include "vfield/nodes_named.h"
#include "vfield/site_dir.h"
#include "vfield/watch.h"

#define PROGRAM "vfield node list"
#define NAME_TEXT 80
#define ROLE_TEXT 32
#define HOST_TEXT 200
#define WIDE 131 /* columns that a wide row takes */

struct settings {
	const char *config;
	const char *run_dir;
	const char *site;
	bool json;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("json", 'j', FLAG, json, NULL, "say it as one JSON object"),
    OPT("site", 's', STRING, site, "DIR", "where @GROUPs are looked up"),
    NODE_OPTIONS("is asked"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "node",
    .args = "[NODES]",
    .summary = "Show the nodes, and which image each of them runs and holds.",
    .options = options,
};

static const char *
text(struct json_object *o, const char *key, char to[NAME_TEXT])
{
	return human_clean(control_string(o, key), to, NAME_TEXT);
}

static const char *
role(struct json_object *node, char to[ROLE_TEXT])
{
	char name[NAME_TEXT];

	snprintf(to, ROLE_TEXT, "%.16s%s", text(node, "role", name),
		 control_bool(node, "seed") ? ", seed" : "");
	return to;
}

static const char *
since(struct json_object *node, const char *how, char to[NAME_TEXT])
{
	time_t t = control_number(node, "since");
	struct tm tm;

	if (t <= 0 || localtime_r(&t, &tm) == NULL ||
	    strftime(to, NAME_TEXT, how, &tm) == 0)
		strcpy(to, "-");
	return to;
}

static const char *
holds(struct json_object *image, char to[HUMAN_TEXT])
{
	uint64_t n = control_number(image, "nchunks");
	struct json_object *held;

	if (control_bool(image, "complete"))
		return strcpy(to, "all");
	if (!json_object_object_get_ex(image, "held", &held) || held == NULL ||
	    n == 0)
		return strcpy(to, "?");
	return human_share(control_number(image, "held"), n, to);
}

/* --- wide rows, for large terminals, and for files, in which no name is
 * shortened --- */

static void
wide_image(struct json_object *image, bool whole)
{
	char name[NAME_TEXT], id[NAME_TEXT], part[HUMAN_TEXT];

	text(image, "name", name);
	if (!whole)
		human_fit(name, 20);
	printf(" %-20s %-12.12s %-5s %-8s %s\n", name, text(image, "id", id),
	       control_bool(image, "used") ? "runs" : "", holds(image, part),
	       control_bool(image, "default") ? "default" : "");
}

static void
wide_node(struct json_object *node, bool whole)
{
	char name[NAME_TEXT], at[NAME_TEXT], when[NAME_TEXT], what[ROLE_TEXT];
	size_t n;
	struct json_object *images = control_array_by_name(node, "images", &n);

	text(node, "name", name);
	text(node, "address", at);
	if (!whole) {
		human_fit(name, 16);
		human_fit(at, 21);
	}
	printf("%c %-16s %-21s %-16s %-16s",
	       control_bool(node, "self") ? '>' : ' ', name, at,
	       role(node, what), since(node, "%F %R", when));
	if (n == 0)
		puts(" -");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			printf("%74s", "");
		wide_image(json_object_array_get_idx(images, i), whole);
	}
}

/* --- narrow rows of 80 columns: names and addresses are shortened in the
 * middle, NBD's usual port is left out, '*' marks the default image --- */

static void
narrow_image(struct json_object *image)
{
	char name[NAME_TEXT], part[HUMAN_TEXT];

	text(image, "name", name);
	human_fit(name, 14);
	if (control_bool(image, "default"))
		strcat(name, "*");
	printf(" %-15s %-4s %6s\n", name,
	       control_bool(image, "used") ? "runs" : "",
	       control_bool(image, "seed") ? "seed" : holds(image, part));
}

static void
narrow_node(struct json_object *node)
{
	char name[NAME_TEXT], at[NAME_TEXT], what[NAME_TEXT], when[NAME_TEXT];
	size_t n;
	struct json_object *images = control_array_by_name(node, "images", &n);
	char *port;

	text(node, "name", name);
	text(node, "address", at);
	port = strrchr(at, ':');
	if (port != NULL && strtoul(port + 1, NULL, 10) == PORT_NBD)
		*port = '\0';
	printf("%c %-12s %-15s %-9.9s %-11s",
	       control_bool(node, "self") ? '>' : ' ', human_fit(name, 12),
	       human_fit(at, 15), text(node, "role", what),
	       since(node, "%m-%d %R", when));
	if (n == 0)
		puts(" -");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			printf("%52s", "");
		narrow_image(json_object_array_get_idx(images, i));
	}
}

static void
show_absent(struct json_object *o)
{
	size_t n;
	struct json_object *names = control_array(o, "absent", &n);

	for (size_t i = 0; i < n; i++)
		printf("  %s is no node now\n",
		       json_object_get_string(
			   json_object_array_get_idx(names, i)));
}

/* Prints how many machines follow the site in force, by their reports, and what
 * has gone wrong on the others. */
static void
show_hosts(struct json_object *nodes, size_t n)
{
	char name[NAME_TEXT], what[HOST_TEXT];
	size_t reports = 0, well = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);
		struct json_object *h = control_object(node, "host");
		uint64_t failed = control_number(h, "failed"),
			 later = control_number(h, "next_boot");

		reports += h != NULL;
		well += h != NULL && failed + later == 0;
		text(node, "name", name);
		human_clean(control_string(h, "text"), what, sizeof what);
		if (failed > 0)
			printf("  %s: %" PRIu64 " of its plugins failed%s%s\n",
			       name, failed, what[0] != '\0' ? ": " : "", what);
		if (later > 0)
			printf("  %s: %" PRIu64
			       " of its plugins change more at "
			       "the next boot\n",
			       name, later);
	}
	if (reports > 0)
		printf("  %zu of %zu machines that follow the site are as it "
		       "says\n",
		       well, reports);
}

static void
show(struct json_object *o)
{
	unsigned columns = watch_columns_said();
	bool narrow = columns > 0 && columns < WIDE;
	size_t n;
	struct json_object *nodes = control_array_by_name(o, "nodes", &n);

	if (narrow)
		printf("  %-12s %-15s %-9s %-11s %-15s %-4s %6s\n", "NODE",
		       "ADDRESS", "ROLE", "SINCE", "IMAGE", "USE", "HOLDS");
	else
		printf("  %-16s %-21s %-16s %-16s %-20s %-12s %-5s %s\n",
		       "NODE", "ADDRESS", "ROLE", "SINCE", "IMAGE", "ID", "USE",
		       "HOLDS");
	for (size_t i = 0; i < n; i++)
		if (narrow)
			narrow_node(json_object_array_get_idx(nodes, i));
		else
			wide_node(json_object_array_get_idx(nodes, i),
				  columns == 0);
	show_absent(o);
	show_hosts(nodes, n);
	next_boot_show(nodes, n);
}

static bool
is_there(struct json_object *nodes, const char *name)
{
	for (size_t i = json_object_array_length(nodes); i-- > 0;)
		if (strcmp(control_string(json_object_array_get_idx(nodes, i),
					  "name"),
			   name) == 0)
			return true;
	return false;
}

/* Removes from the router's answer o all nodes that `text` does not mean, and
 * adds an array "absent" with the names of hosts that `text` means but that are
 * no nodes now.  Returns 0, or -1 if `text` is wrong. */
static int
choose(const struct settings *set, const char *text, struct json_object *o)
{
	const struct cluster_nodes c = {.answer = o};
	struct name_set *names = nodes_named(text, set->site, &c, NODES_KNOWN);
	struct json_object *absent = json_object_new_array();
	size_t n;

	if (names == NULL) {
		json_object_put(absent);
		return -1;
	}
	nodes_named_only(control_array(o, "nodes", &n), names);
	for (size_t i = 0; i < name_set_count(names); i++) {
		const char *name = name_set_at(names, i);

		if (!is_there(control_array(o, "nodes", &n), name))
			json_object_array_add(absent,
					      json_object_new_string(name));
	}
	json_object_object_add(o, "absent", absent);
	name_set_free(names);
	return 0;
}

static int
node_list(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .site = SITE_DIR};
	struct json_object *o;
	char **rest;
	int nrest;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest > 1) {
		fprintf(stderr,
			PROGRAM ": nodes, such as node[01-40]\nTry '" PROGRAM
				" --help'.\n");
		return 2;
	}
	o = control_ask_json(set.run_dir, "nodes");
	if (o == NULL) {
		control_complain(PROGRAM, set.run_dir);
		return EXIT_FAILURE;
	}
	next_boot_add(o, set.run_dir);
	if (nrest > 0 && choose(&set, rest[0], o) == -1) {
		json_object_put(o);
		return EXIT_FAILURE;
	}
	if (set.json)
		puts(
		    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	else
		show(o);
	json_object_put(o);
	return stdout_flush(PROGRAM) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
cmd_node(int argc, char **argv)
{
	static const char usage[] =
	    "Usage: vfield node list [OPTION]... [NODES]\n"
	    "       vfield node admit [OPTION]... MAC|NAME\n";
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "list") == 0)
		return node_list(argc - 1, argv + 1);
	if (strcmp(name, "admit") == 0)
		return node_admit(argc - 1, argv + 1);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		fputs(usage, stdout);
		return stdout_flush("vfield node") == 0 ? 0 : 1;
	}
	if (*name != '\0')
		fprintf(stderr, "vfield node: there is no command '%s'\n",
			name);
	fputs(usage, stderr);
	return 2;
}
