/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nodes_named: the machines that an operand NODES of a command means, and the
 * machines that the cluster knows.
 *
 * NODES is what site/ranges.h reads.  The group @all, or @*, is all nodes of
 * the cluster; other groups are those of the site, if there is one.
 *
 * Names of nodes come from other machines: such as are no names of hosts
 * (ranges_name_ok) are left out.
 */
#ifndef VF_VFIELD_NODES_NAMED_H
#define VF_VFIELD_NODES_NAMED_H

#include <stdbool.h>

#include "site/name_set.h"

/* The nodes of the cluster, as a router has last said. */
struct cluster_nodes {
	struct json_object *answer; /* the router's, to "nodes" */
};

/* Asks the router.  Returns 0; -1: it gives no answer within a second, and the
 * nodes are those of the last answer. */
int cluster_nodes_ask(struct cluster_nodes *c, const char *run_dir);
void cluster_nodes_free(struct cluster_nodes *c);
bool cluster_nodes_has(const struct cluster_nodes *c, const char *name);
/* Returns the address of the node of that name as text, for free(); NULL: the
 * cluster has no such node. */
char *cluster_nodes_address(const struct cluster_nodes *c, const char *name);

enum nodes_which {
	/* any names; @all is without the node that has answered */
	NODES_OTHERS,
	/* Names are an error that neither a node nor a host of the site has. */
	NODES_KNOWN,
};

/* Returns the machines that text means, at least one, for name_set_free.  NULL:
 * the log says what is wrong. */
struct name_set *nodes_named(const char *text, const char *site_dir,
			     const struct cluster_nodes *c,
			     enum nodes_which which);
/* Takes out of an array of nodes, which a router has answered, those whose
 * names the set does not have. */
void nodes_named_only(struct json_object *nodes, const struct name_set *names);

#endif
