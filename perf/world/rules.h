/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rules: invariants of the nodes' own state, checked from outside the nodes.
 * What a reader may expect is checked by reader.h.  Whatever does not hold is
 * reported by trace_broken, the first for each machine alone.
 *
 * A machine is sound when it is on and has no fault.
 */
#ifndef VF_PERF_WORLD_RULES_H
#define VF_PERF_WORLD_RULES_H

#include "perf/world/machine.h"

/* Checks what must hold at any moment: no more chunks are on their way, or in
 * memory, than may be, and no two boot services of one ring have the turn for
 * long. */
void rules_always(void);
/* Checks, when a read has waited for long, that no machines wait for each
 * other's chunks in a circle. */
void rules_no_circle(void);
/* Checks what must hold when nothing has happened for a while: each sound
 * machine knows all sound ones, their addresses and what they hold, and none
 * that has long been off; all have the same default image; exactly one boot
 * service has the turn. */
void rules_at_rest(void);
/* Returns whether no sound machine has chunks on their way or in memory; if
 * last, those that have are reported. */
bool rules_idle(bool last);
/* Returns whether some machine is on, but not sound. */
bool rules_any_doubtful(void);
/* Returns whether each chunk of the image has as many copies as there is room
 * for, or that cannot be told while some machine is not sound; if last, a lack
 * is reported. */
bool rules_copies(const struct manifest *image, bool last);

#endif
