/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* behind: finds the nodes that have fallen so far behind this node that they
 * are left out of the trees that it sees (route_is_behind). */
#ifndef VF_ROUTER_CLUSTER_BEHIND_H
#define VF_ROUTER_CLUSTER_BEHIND_H

#include <stdbool.h>

struct images;
struct nodes;

/* Judges all nodes, for all images, and sets route_node.behind.  reading: this
 * node reads; if it does not no node is behind it.  Chunks owed by a node that
 * has newly fallen behind are asked of others.  marks, true once in a second:
 * the paces of all nodes are noted (route_pace_mark). */
void behind_judge(const struct images *is, const struct nodes *ns, bool reading,
		  bool marks);

#endif
