/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* turn: models the part of a boot service that decides which of the cluster's
 * boot services answers DHCP.  Like boot/cluster.c it is a client of its
 * machine's member, and follows the queue of membership/client/turn_queue.h.
 */
#ifndef VF_PERF_WORLD_TURN_H
#define VF_PERF_WORLD_TURN_H

#include "membership/wire/proto.h"
#include "perf/world/machine.h"

struct turn;

struct turn *turn_new(struct machine *m, const struct node_id *own);
void turn_free(struct turn *t);
/* Returns true if the boot service of t is the one that answers DHCP now. */
bool turn_is_ours(const struct turn *t);

#endif
