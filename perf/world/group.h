/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* group: a corosync on each core machine, as membership/group.h knows it.
 *
 * Members that reach each other both ways form a ring.  When a member of a ring
 * cannot be reached, the ring carries no message until it has formed anew, a
 * token's timeout later.  The messages that a ring carries reach all its
 * members in the same order, and each reaches all of them between the same two
 * changes of the ring's membership.
 */
#ifndef VF_PERF_WORLD_GROUP_H
#define VF_PERF_WORLD_GROUP_H

#include "membership/group.h"
#include "perf/world/machine.h"

extern const struct group_driver group_driver;

/* Lets rings form anew soon.  Called when the ways between machines have
 * changed: some can reach others again, or cannot any more. */
void group_stir(void);
/* Kills the machine's corosync (`down`), or starts it again. */
void group_down(struct machine *m, bool down);
/* Returns the number of the ring that the machine's member is in; 0 if it is in
 * no ring. */
uint32_t group_ring(const struct machine *m);
/* Returns when the ring of the machine's member last formed; 0 if the machine
 * has no member. */
int64_t group_since_ns(const struct machine *m);

#endif
