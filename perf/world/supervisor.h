/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* supervisor: models the part of a machine's `vfield join` that makes the
 * machine a core node when one is missing.  vfield/promoter.h is the real code;
 * the supervisor that starts the member, and the router's control socket, are
 * models.
 */
#ifndef VF_PERF_WORLD_SUPERVISOR_H
#define VF_PERF_WORLD_SUPERVISOR_H

#include "perf/world/machine.h"

struct world_supervisor;

struct world_supervisor *supervisor_begin(struct machine *m);
void supervisor_end(struct world_supervisor *s);

#endif
