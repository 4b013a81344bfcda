/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/nodes_named.h"

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

/* Context of the callback `group`. */
struct groups {
	const char *site_dir;
	const struct cluster_nodes *cluster;
	enum nodes_which which;
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

/* Makes g->all, the names of the cluster's nodes, and returns it.  NULL:
 * there is no memory, as `why` then says. */
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
		else if (g->which != NODES_OTHERS ||
			 !control_bool(node, "self"))
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

/* Returns true if a node or a host of the site has the name.  If none has,
 * writes that to `why` and returns false. */
static bool
is_known(struct groups *g, const char *name, char why[RANGES_WHY])
{
	const struct name_set *nodes = group(g, "*", why);
	const char *near;

	if (nodes == NULL)
		return false;
	if (name_set_find(nodes, name) != -1 ||
	    (site_nodes(g, "*", why) != NULL &&
	     site_host(g->site, name) != NULL))
		return true;
	near = name_set_near(nodes, name);
	if (near == NULL && g->site != NULL)
		near = name_set_near(site_names(g->site), name);
	snprintf(why, RANGES_WHY, "there is no node %s%s%s%s", name,
		 near != NULL ? " (" : "", near != NULL ? near : "",
		 near != NULL ? "?)" : "");
	return false;
}

static bool
parse(struct groups *g, const char *text, struct name_set *to,
      char why[RANGES_WHY])
{
	if (ranges_parse(text, group, g, to, why) == -1)
		return false;
	for (size_t i = 0; g->which == NODES_KNOWN && i < name_set_count(to);
	     i++)
		if (!is_known(g, name_set_at(to, i), why))
			return false;
	snprintf(why, RANGES_WHY, "%.80s: no machine is meant", text);
	return name_set_count(to) > 0;
}

struct name_set *
nodes_named(const char *text, const char *site_dir,
	    const struct cluster_nodes *c, enum nodes_which which)
{
	struct groups g = {.site_dir = site_dir, .cluster = c, .which = which};
	struct name_set *to = name_set_new();
	char why[RANGES_WHY] = "no memory";

	if (to == NULL || !parse(&g, text, to, why)) {
		log_error("%s", why);
		name_set_free(to);
		to = NULL;
	}
	name_set_free(g.all);
	site_free(g.site);
	return to;
}

void
nodes_named_only(struct json_object *nodes, const struct name_set *names)
{
	for (size_t i = json_object_array_length(nodes); i-- > 0;) {
		struct json_object *node = json_object_array_get_idx(nodes, i);

		if (name_set_find(names, control_string(node, "name")) == -1)
			json_object_array_del_idx(nodes, i, 1);
	}
}
