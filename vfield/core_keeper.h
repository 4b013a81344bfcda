/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* core_keeper: makes this node a core node when the core needs one more.
 *
 * It asks the node's router which nodes there are, decides by promote.h, has
 * the supervisor start corosync and vfield-member, and tells the router.  The
 * router goes on all the while: the node's root hangs on it.  A core node
 * stays one.
 */
#ifndef VF_VFIELD_CORE_KEEPER_H
#define VF_VFIELD_CORE_KEEPER_H

#include "vfield/node_children.h"
#include "vfield/supervise.h"

struct core_keeper;

/* NULL: it has been logged. */
struct core_keeper *core_keeper_new(const struct node_config *c,
				    struct node_children *children);
void core_keeper_free(struct core_keeper *k);
/* Every second, once the node is ready. */
void core_keeper_tick(struct core_keeper *k, struct supervisor *s);

#endif
