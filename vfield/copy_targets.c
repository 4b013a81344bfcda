/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/address.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "site/ranges.h"
#include "site/site.h"
#include "vfield/control.h"

#define ASK_MS 1000

/* Parameters and results of the callback `group`. */
struct groups {
	const char *site_dir;
	const struct cluster_nodes *cluster;
	struct name_set *all; /* NULL: not made yet */
	struct site *site;    /* NULL: not loaded */
};

int
cluster_nodes_ask(struct cluster_nodes *c, const char *run_dir)
{
	struct json_object *o =
	    control_ask_json_within(run_dir, "nodes", ASK_MS);

	if (o == NULL)
		return -1;
	json_object_put(c->answer);
	c->answer = o;
	return 0;
}

void
cluster_nodes_free(struct cluster_nodes *c)
{
	json_object_put(c->answer);
	c->answer = NULL;
}

/* Returns the node of that name in the router's answer, or NULL. */
static struct json_object *
find(const struct cluster_nodes *c, const char *name)
{
	size_t n;
	struct json_object *nodes = control_array(c->answer, "nodes", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);

		if (strcmp(control_string(node, "name"), name) == 0)
			return node;
	}
	return NULL;
}

bool
cluster_nodes_has(const struct cluster_nodes *c, const char *name)
{
	return find(c, name) != NULL;
}

char *
cluster_nodes_address(const struct cluster_nodes *c, const char *name)
{
	struct json_object *node = find(c, name);
	char text[ADDRESS_TEXT];
	struct address a;

	if (node == NULL ||
	    address_parse(control_string(node, "address"), 0, &a) == -1)
		return NULL;
	return strdup(address_host(&a, text));
}

/* Makes g->all. */
static const struct name_set *
all_nodes(struct groups *g, char *why)
{
	size_t n;
	struct json_object *nodes =
	    control_array(g->cluster->answer, "nodes", &n);

	g->all = name_set_new();
	for (size_t i = 0; g->all != NULL && i < n; i++) {
		struct json_object *node = json_object_array_get_idx(nodes, i);
		const char *name = control_string(node, "name");

		if (!ranges_name_ok(name))
			log_warn("a node is left out: its name is not one of a "
				 "host");
		else if (!control_bool(node, "self"))
			name_set_add(g->all, name, strlen(name));
	}
	if (g->all == NULL)
		snprintf(why, RANGES_WHY, "no memory");
	return g->all;
}

static const struct name_set *
site_nodes(struct groups *g, const char *name, char *why)
{
	struct site_errors errors = {0};
	AUTO_FREE char *hosts = path_in(g->site_dir, SITE_HOSTS);

	if (g->site == NULL && access(hosts, F_OK) == -1) {
		snprintf(why, RANGES_WHY, "there is no site in %s",
			 g->site_dir);
		return NULL;
	}
	if (g->site == NULL)
		g->site = site_load(g->site_dir, NULL, &errors);
	if (g->site != NULL)
		return site_group(g->site, name, why);
	snprintf(why, RANGES_WHY, "the site in %s has errors", g->site_dir);
	return NULL;
}

static const struct name_set *
group(void *ctx, const char *name, char why[RANGES_WHY])
{
	struct groups *g = ctx;

	if (strcmp(name, "all") != 0 && strcmp(name, "*") != 0)
		return site_nodes(g, name, why);
	return g->all != NULL ? g->all : all_nodes(g, why);
}

struct name_set *
copy_targets(const char *text, const char *site_dir,
	     const struct cluster_nodes *c)
{
	struct groups g = {.site_dir = site_dir, .cluster = c};
	struct name_set *to = name_set_new();
	char why[RANGES_WHY] = "no memory";

	bool good = to != NULL && ranges_parse(text, group, &g, to, why) == 0;

	if (good && name_set_count(to) == 0)
		snprintf(why, sizeof why, "no machine is meant");
	if (!good || name_set_count(to) == 0) {
		log_error("%s: %s", text, why);
		name_set_free(to);
		to = NULL;
	}
	name_set_free(g.all);
	site_free(g.site);
	return to;
}
