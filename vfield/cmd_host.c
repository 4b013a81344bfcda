/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield host: shows the hosts of a site, and every value that is set for each.
 */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/site_dir.h"
#include "vfield/verbs.h"

#define PROGRAM "vfield host"

struct settings {
	struct site_where where;
	bool json;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    SITE_DIR_OPTIONS,
    OPT("json", 'j', FLAG, json, NULL, "say it as one JSON object"),
    {0}};

static struct json_object *
value_json(const struct site_value *v)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "key", json_object_new_string(v->key));
	json_object_object_add(o, "text", json_object_new_string(v->text));
	json_object_object_add(o, "file", json_object_new_string(v->file));
	json_object_object_add(o, "line", json_object_new_uint64(v->line));
	return o;
}

static struct json_object *
host_json(const struct site_host *h)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	json_object_object_add(o, "name", json_object_new_string(h->name));
	for (size_t i = 0; i < h->nvalues; i++)
		json_object_array_add(a, value_json(h->values[i]));
	json_object_object_add(o, "values", a);
	return o;
}

static void
print_json(const struct site *s, const struct name_set *names)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < name_set_count(names); i++)
		json_object_array_add(
		    a, host_json(site_host(s, name_set_at(names, i))));
	json_object_object_add(o, "hosts", a);
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
}

static const char *
or_dash(const char *text)
{
	return text != NULL ? text : "-";
}

static void
print_table(const struct site *s, const struct name_set *names)
{
	printf("%-20s %-15s %-17s %s\n", "NAME", "ADDRESS", "CARD", "IMAGE");
	for (size_t i = 0; i < name_set_count(names); i++) {
		const struct site_host *h = site_host(s, name_set_at(names, i));

		printf("%-20s %-15s %-17s %s\n", h->name,
		       or_dash(site_get(h, "address")),
		       or_dash(site_get(h, "mac")),
		       or_dash(site_get(h, "image")));
	}
}

static void
print_values(const struct site *s, const struct name_set *names)
{
	for (size_t i = 0; i < name_set_count(names); i++) {
		const struct site_host *h = site_host(s, name_set_at(names, i));

		if (i > 0)
			putchar('\n');
		puts(h->name);
		for (size_t j = 0; j < h->nvalues; j++)
			printf("  %-20s %-24s %s:%u\n", h->values[j]->key,
			       h->values[j]->text, h->values[j]->file,
			       h->values[j]->line);
	}
}

static const struct verb {
	void (*print)(const struct site *s, const struct name_set *names);
	bool all; /* true: if no hosts are named, all hosts are meant */
	/* implements a command that has options of its own; NULL: the command
	 * calls `print` */
	int (*main)(int argc, char **argv);
	struct command_spec command;
} verbs[] = {
    {print_table,
     true,
     NULL,
     {.program = "vfield host list",
      .args = "[HOSTS]",
      .summary = "List the hosts of a site.",
      .options = options}},
    {print_values,
     false,
     NULL,
     {.program = "vfield host show",
      .args = "HOSTS",
      .summary = "Show what is set for hosts, and where it is written.",
      .options = options}},
    {.main = cmd_host_adopt,
     .command = {.program = "vfield host adopt",
		 .summary = "Give hosts the cards of new machines."}},
    {.main = cmd_host_replace,
     .command = {.program = "vfield host replace",
		 .summary = "Give a host another card."}},
};

#define NVERBS (sizeof verbs / sizeof *verbs)

static int
print(const struct verb *v, const struct settings *set, const char *hosts)
{
	struct name_set *names = name_set_new();
	char why[RANGES_WHY] = "no memory";
	struct site_dir d;
	int result = -1;

	if (names == NULL)
		log_fatal("%m");
	if (site_dir_open(&set->where, &d) == -1) {
		name_set_free(names);
		return -1;
	}
	if (hosts == NULL ? name_set_plus(names, site_names(d.site))
			  : site_hosts_of(d.site, hosts, names, why))
		log_error("%s", why);
	else
		result = 0;
	if (result == 0)
		(set->json ? print_json : v->print)(d.site, names);
	site_dir_close(&d);
	name_set_free(names);
	return result == 0 ? stdout_flush(v->command.program) : -1;
}

static int
run(const struct verb *v, int argc, char **argv)
{
	struct settings set = {.where = {SITE_DIR, NULL}};
	char **rest;
	int nrest;

	log_init(v->command.program, false);
	options_parse(&v->command, argc, argv, &set, &rest, &nrest);
	if (nrest > 1 || (nrest == 0 && !v->all)) {
		fprintf(stderr,
			"%s: hosts, such as node[01-40]\nTry '%s --help'.\n",
			v->command.program, v->command.program);
		return 2;
	}
	return print(v, &set, nrest > 0 ? rest[0] : NULL) == 0 ? EXIT_SUCCESS
							       : EXIT_FAILURE;
}

static const struct command_spec *
verb_at(size_t i)
{
	return i < NVERBS ? &verbs[i].command : NULL;
}

int
cmd_host(int argc, char **argv)
{
	static const struct verbs vs = {
	    .program = PROGRAM,
	    .about = "The hosts of a site.\n",
	    .note = "HOSTS are names such as node[01-40,50], @GROUP, !NAME.\n",
	    .at = verb_at};
	int status, i = verbs_find(&vs, argc, argv, &status);

	if (i == -1)
		return status;
	return verbs[i].main != NULL ? verbs[i].main(argc - 1, argv + 1)
				     : run(&verbs[i], argc - 1, argv + 1);
}
