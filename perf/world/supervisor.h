/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* supervisor: the part of a machine's `vfield join` that makes it a core node
 * when one is missing: vfield/promoter.h as it is, over a supervisor that
 * starts the machine's member, and a control socket that asks its router.
 */
#ifndef VF_PERF_WORLD_SUPERVISOR_H
#define VF_PERF_WORLD_SUPERVISOR_H

#include "perf/world/machine.h"

struct world_supervisor;

struct world_supervisor *supervisor_begin(struct machine *m);
void supervisor_end(struct world_supervisor *s);

#endif
