/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promoter: makes this node a core node when the core needs one more.
 *
 *   SATELLITE --promote_due()--> STARTED --the router took its member--> CORE
 *
 * The promoter asks the node's router for the nodes, decides by promote.h, has
 * the supervisor start corosync and vfield-member, and tells the router.  The
 * router goes on all the while: the node's root hangs on it.  A core node
 * stays one.
 */
#ifndef VF_VFIELD_PROMOTER_H
#define VF_VFIELD_PROMOTER_H

#include "vfield/node_children.h"
#include "vfield/supervise.h"

struct promoter;

/* NULL: the log says why. */
struct promoter *promoter_new(const struct node_config *c,
			      struct node_children *children);
void promoter_free(struct promoter *p);
/* Supervisors call this every second, once the node is ready. */
void promoter_tick(struct promoter *p, struct supervisor *s);

#endif
