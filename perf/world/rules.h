/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rules: invariants of the nodes' own state, looked at from outside.
 * Readers' rights are reader.h's.  Each that does not hold is told of once, by
 * trace_broken.
 */
#ifndef VF_PERF_WORLD_RULES_H
#define VF_PERF_WORLD_RULES_H

#include "perf/world/machine.h"

/* At any moment: no more is on its way than may be, nor in memory; of those in
 * one ring, not two have the turn for long. */
void rules_always(void);
/* A read has waited for long: nobody waits for himself. */
void rules_no_circle(void);
/* Nothing has happened for a while: each sound machine knows all sound ones,
 * where they are and what they hold, and none that is long off; all have the
 * same default image; one has the turn. */
void rules_at_rest(void);
/* Nothing is on its way, and no chunk in memory.  False: not yet; last: that is
 * broken, then. */
bool rules_idle(bool last);
/* Some machine is on, and not sound. */
bool rules_any_doubtful(void);
/* Each chunk has the copies that there is room for.  False: not yet; last:
 * that is broken, then. */
bool rules_copies(const struct manifest *image, bool last);

#endif
