/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* behind: finds the nodes that have fallen so far behind this node
 * (route_is_behind) that this node leaves them out of its trees. */
#ifndef VF_ROUTER_CLUSTER_BEHIND_H
#define VF_ROUTER_CLUSTER_BEHIND_H

#include <stdbool.h>

struct images;
struct nodes;

/* Judges for each image which nodes are behind, and sets route_node.behind.
 * reading: true if this node reads; if it does not, no node counts as behind.
 * If a node has newly fallen behind, the chunks that it owes are asked of
 * others.  marks: true to note the paces of all nodes now (route_pace_mark),
 * which the caller does once in a second. */
void behind_judge(const struct images *is, const struct nodes *ns, bool reading,
		  bool marks);

#endif
