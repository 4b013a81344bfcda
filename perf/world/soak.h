/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* soak: many seeds, each in a process of its own, so that one that crashes or
 * never ends is a finding like others.  A lot that fails can be shrunk to the
 * faults and readers that it needs to fail.
 */
#ifndef VF_PERF_WORLD_SOAK_H
#define VF_PERF_WORLD_SOAK_H

#include <stdint.h>

#include "perf/world/lot.h"

/* Runs seeds, as many at once as there are processors. Prints those that fail,
 * then how often each workload met each fault, and each fault another one.
 * Returns 1 if some seed failed. */
int soak_run(uint64_t first, uint64_t count);
/* Prints the first seed that fails. Returns 1 if none does. */
int soak_find(uint64_t first, uint64_t count);
/* Takes away each fault and each reader without which *l still fails, and
 * prints the rest. Returns 1 if *l does not fail. */
int soak_shrink(struct lot *l);

#endif
