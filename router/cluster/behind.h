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

/* Look at all nodes, for all images; nobody is behind one that does not read.
 * What those that have fallen behind owe is asked of others.  marks: paces are
 * counted from now on; once in a second. */
void behind_judge(const struct images *is, const struct nodes *ns, bool reading,
		  bool marks);

#endif
