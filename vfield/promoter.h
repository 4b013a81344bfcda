/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promoter: makes this satellite a core node when the cluster needs one more.
 *
 *   SATELLITE --promote_due()--> STARTED --the router took its member--> CORE
 *
 * The promoter asks the node's router which nodes there are, decides by
 * promote.h, has the supervisor start corosync and vfield-member, and then
 * tells the router of its own member.  The router runs on meanwhile, since the
 * machine's root depends on it.  A core node stays a core node.
 */
#ifndef VF_VFIELD_PROMOTER_H
#define VF_VFIELD_PROMOTER_H

#include "vfield/node_children.h"
#include "vfield/supervise.h"

struct promoter;

/* Returns a promoter in state SATELLITE, or NULL, and the log says why. */
struct promoter *promoter_new(const struct node_config *c,
			      struct node_children *children);
void promoter_free(struct promoter *p);
/* Looks whether the state is to change.  The supervisor calls this every
 * second, once the node is ready. */
void promoter_tick(struct promoter *p, struct supervisor *s);

#endif
