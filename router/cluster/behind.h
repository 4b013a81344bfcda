/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* behind: finds the nodes that have fallen so far behind this node that this
 * node leaves them out of its trees (route_is_behind). */
#ifndef VF_ROUTER_CLUSTER_BEHIND_H
#define VF_ROUTER_CLUSTER_BEHIND_H

#include <stdbool.h>

struct images;
struct nodes;

/* Judges all nodes, for all images, and sets route_node.behind.  reading:
 * whether this node reads; while it does not, no node counts as behind.  Chunks
 * owed by a node that has newly fallen behind are asked of others.  marks:
 * whether to note the paces of all nodes now (route_pace_mark); the caller sets
 * it once in a second. */
void behind_judge(const struct images *is, const struct nodes *ns, bool reading,
		  bool marks);

#endif
