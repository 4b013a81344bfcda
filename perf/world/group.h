/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* group: models the corosync of each core machine.  It is a driver of
 * membership/group.h.
 *
 * Members that reach each other both ways form a ring.  If a member of a ring
 * can no longer be reached, the ring carries no message until it has formed
 * anew, a token's timeout later.  All members of a ring get its messages in the
 * same order.  If the ring's members change, a message reaches all of them
 * before the change, or all after it.
 */
#ifndef VF_PERF_WORLD_GROUP_H
#define VF_PERF_WORLD_GROUP_H

#include "membership/group.h"
#include "perf/world/machine.h"

extern const struct group_driver group_driver;

/* Makes rings form anew soon.  Called when some machines can reach others
 * again, or no longer can. */
void group_stir(void);
/* Kills the machine's corosync (`down` is true), or starts it again. */
void group_down(struct machine *m, bool down);
/* Returns the number of the ring that the machine's member is in; 0 if it is in
 * no ring. */
uint32_t group_ring(const struct machine *m);
/* Returns when the ring of the machine's member last formed; 0 if the machine
 * has no member. */
int64_t group_since_ns(const struct machine *m);

#endif
