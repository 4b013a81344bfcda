/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* behind: which nodes have fallen so far behind this one that its trees are
 * better off without them (route_is_behind).
 */
#ifndef VF_ROUTER_CLUSTER_BEHIND_H
#define VF_ROUTER_CLUSTER_BEHIND_H

#include <stdbool.h>

struct images;
struct nodes;

/* Looks at all nodes, for all images.  No node is behind one that does not
 * read. Chunks owed by nodes that have fallen behind are asked of others.
 * marks, once in a second: paces are counted from now on. */
void behind_judge(const struct images *is, const struct nodes *ns, bool reading,
		  bool marks);

#endif
