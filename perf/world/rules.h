/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rules: checks invariants of the nodes' state, from outside the nodes.
 * (reader.h checks what a reader may expect.)  A broken invariant is reported
 * by trace_broken, but only the first for each machine.
 *
 * A machine is sound if it is on and has no fault.
 */
#ifndef VF_PERF_WORLD_RULES_H
#define VF_PERF_WORLD_RULES_H

#include "perf/world/machine.h"

/* Checks what must hold at any moment: no machine has more chunks on their way
 * or in memory than allowed, and no two boot services in one ring answer DHCP
 * at the same time for long. */
void rules_always(void);
/* If some read has waited for long, checks that no machines wait for each
 * other's chunks in a circle. */
void rules_no_circle(void);
/* Checks what must hold when nothing has happened for a while: each sound
 * machine knows all sound machines, their addresses and what they hold, and
 * knows no machine that has long been off; all have the same default image;
 * exactly one boot service answers DHCP. */
void rules_at_rest(void);
/* Returns true if no sound machine has chunks on their way or in memory.  If
 * `last` is true, reports machines that have some. */
bool rules_idle(bool last);
/* Returns true if some machine is on, but not sound. */
bool rules_any_doubtful(void);
/* Returns true if each chunk of the image has as many copies as there is room
 * for.  Returns true also if some machine that is on is not sound, since the
 * copies cannot be counted then.  If `last` is true, reports missing copies. */
bool rules_copies(const struct manifest *image, bool last);

#endif
