/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rules: invariants of the nodes' own state, checked from outside the nodes.
 * What a reader may expect is checked by reader.h.  What does not hold is
 * reported by trace_broken, but only the first such report about each machine.
 *
 * A machine is sound when it is on and has no fault.
 */
#ifndef VF_PERF_WORLD_RULES_H
#define VF_PERF_WORLD_RULES_H

#include "perf/world/machine.h"

/* Checks what must hold at any moment: no machine has more chunks on their way
 * or in memory than allowed, and no two boot services in one ring answer DHCP
 * at the same time for long. */
void rules_always(void);
/* Checks, when a read has waited for long, that no machines wait for each
 * other's chunks in a circle. */
void rules_no_circle(void);
/* Checks what must hold when nothing has happened for a while: each sound
 * machine knows all sound machines, their addresses and what they hold, and
 * knows no machine that has long been off; all have the same default image;
 * exactly one boot service answers DHCP. */
void rules_at_rest(void);
/* Returns whether no sound machine has chunks on their way or in memory.  If
 * `last` is true, machines that have some are reported. */
bool rules_idle(bool last);
/* Returns whether some machine is on, but not sound. */
bool rules_any_doubtful(void);
/* Returns whether each chunk of the image has as many copies as there is room
 * for; returns true also while some machine that is on is not sound, since the
 * copies cannot be counted then.  If `last` is true, a lack is reported. */
bool rules_copies(const struct manifest *image, bool last);

#endif
