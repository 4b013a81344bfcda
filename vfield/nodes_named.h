/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nodes_named: finds the machines that an operand NODES of a command means, and
 * the machines that the cluster knows.
 *
 * NODES is parsed by site/ranges.h.  The group @all, or @*, is all nodes of the
 * cluster; other groups are those of the site, if there is one.
 *
 * Names of nodes come from other machines.  A node whose name could be no
 * host's (ranges_name_ok) is left out. */
#ifndef VF_VFIELD_NODES_NAMED_H
#define VF_VFIELD_NODES_NAMED_H

#include <stdbool.h>

#include "site/name_set.h"

/* The nodes of the cluster, by the last answer of a router. */
struct cluster_nodes {
	/* the router's answer to the question "nodes" */
	struct json_object *answer;
};

/* Asks the router in run_dir for the nodes.  Returns 0; -1: the router does not
 * answer within a second, and c keeps the nodes of the last answer. */
int cluster_nodes_ask(struct cluster_nodes *c, const char *run_dir);
void cluster_nodes_free(struct cluster_nodes *c);
bool cluster_nodes_has(const struct cluster_nodes *c, const char *name);
/* Returns the address of the node of that name as text, for free(); NULL: the
 * cluster has no such node. */
char *cluster_nodes_address(const struct cluster_nodes *c, const char *name);

enum nodes_which {
	/* any names are right; @all leaves out the node that answers */
	NODES_OTHERS,
	/* a name that neither a node nor a host of the site has is an error */
	NODES_KNOWN,
};

/* Returns the names of the machines that `text` means, at least one, for
 * name_set_free.  NULL: the log says what is wrong. */
struct name_set *nodes_named(const char *text, const char *site_dir,
			     const struct cluster_nodes *c,
			     enum nodes_which which);
/* Removes from `nodes`, the array in a router's answer, the nodes whose names
 * are not in the set. */
void nodes_named_only(struct json_object *nodes, const struct name_set *names);

#endif
