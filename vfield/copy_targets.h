/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_targets: the machines that the operand NODES of `vfield copy` means, and
 * the machines that the cluster knows.
 *
 * NODES is what site/ranges.h reads.  The group @all, or @*, is all other nodes
 * of the cluster; other groups are those of the site, if there is one.
 *
 * Names of nodes come from other machines: such as are no names of hosts
 * (ranges_name_ok) are left out.
 */
#ifndef VF_VFIELD_COPY_TARGETS_H
#define VF_VFIELD_COPY_TARGETS_H

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

/* Returns the machines that text means, for name_set_free.  NULL: the log says
 * what is wrong. */
struct name_set *copy_targets(const char *text, const char *site_dir,
			      const struct cluster_nodes *c);

#endif
