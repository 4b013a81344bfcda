/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* announce: what this node says of itself, to the membership and, through
 * its own plugin, to newcomers (the file STOREDIR/view: frames of proto.h).
 */
#ifndef VF_ROUTER_CLUSTER_ANNOUNCE_H
#define VF_ROUTER_CLUSTER_ANNOUNCE_H

#include "membership/wire/proto.h"

struct router;
struct announce;

struct announce *announce_new(struct router *r);
void announce_free(struct announce *a);

void announce_self_changed(struct announce *a);
void announce_view_changed(struct announce *a);
/* Says what has changed since the last call; self's image list and activity
 * are filled in. */
void announce_tick(struct announce *a, struct proto_node *self);

#endif
