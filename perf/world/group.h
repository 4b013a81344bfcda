/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* group: a corosync on each core machine, as membership/group.h knows it.
 *
 * Members that reach each other both ways form a ring.  A ring one of whose
 * members cannot be reached carries nothing until it has formed anew, a token's
 * timeout later.  What a ring carries reaches all of it in one order, and
 * between the same two changes of it.
 */
#ifndef VF_PERF_WORLD_GROUP_H
#define VF_PERF_WORLD_GROUP_H

#include "membership/group.h"
#include "perf/world/machine.h"

extern const struct group_driver group_driver;

/* Ways between machines have changed. */
void group_stir(void);
/* The machine's corosync is killed, or started again. */
void group_down(struct machine *m, bool down);
/* The ring that the machine's member is in; 0: it is in none. */
uint32_t group_ring(const struct machine *m);
/* When that ring formed. */
int64_t group_since_ns(const struct machine *m);

#endif
