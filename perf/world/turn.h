/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* turn: a boot service's part in whose turn it is: a client of its machine's
 * member, which queues up by membership/client/turn_queue.h, as boot/cluster.c
 * does.
 */
#ifndef VF_PERF_WORLD_TURN_H
#define VF_PERF_WORLD_TURN_H

#include "membership/wire/proto.h"
#include "perf/world/machine.h"

struct turn;

struct turn *turn_new(struct machine *m, const struct node_id *own);
void turn_free(struct turn *t);
/* The service answers DHCP. */
bool turn_is_ours(const struct turn *t);

#endif
