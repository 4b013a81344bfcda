/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promoter: makes this satellite a core node when the cluster needs one more.
 *
 *   SATELLITE --promote_due()--> STARTED --the router took its member--> CORE
 *
 * The promoter asks the node's router which nodes there are, and decides by
 * promote.h.  It has the supervisor start corosync and vfield-member, and then
 * tells the router that the node runs a member.  The router runs on all the
 * time, since the machine's root depends on it.  A core node never becomes a
 * satellite again.
 */
#ifndef VF_VFIELD_PROMOTER_H
#define VF_VFIELD_PROMOTER_H

#include "vfield/node_children.h"
#include "vfield/supervise.h"

struct promoter;

/* Returns a promoter in state SATELLITE.  On failure logs why and returns
 * NULL. */
struct promoter *promoter_new(const struct node_config *c,
			      struct node_children *children);
void promoter_free(struct promoter *p);
/* Changes the state if it is time to.  The supervisor calls this function every
 * second once the node is ready. */
void promoter_tick(struct promoter *p, struct supervisor *s);

#endif
