/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* soak: runs the lots of many seeds, each in a process of its own, so that a
 * run that crashes or never ends is a finding like others.  A lot that fails
 * can be shrunk to the faults and readers that it needs to fail.
 */
#ifndef VF_PERF_WORLD_SOAK_H
#define VF_PERF_WORLD_SOAK_H

#include <stdint.h>

#include "perf/world/lot.h"

/* Runs the lots of `count` seeds from `first` on, as many at once as there are
 * processors.  Prints the seeds that fail, then how often each workload met
 * each fault, and how often each fault met each other.  Returns 1 if some seed
 * failed, else 0. */
int soak_run(uint64_t first, uint64_t count);
/* Runs seeds as soak_run does and prints the first that fails.  Returns 0, or 1
 * if none fails. */
int soak_find(uint64_t first, uint64_t count);
/* Takes each fault and each reader without which the lot still fails out of *l,
 * and prints the lot that remains.  Returns 1 if *l does not fail, else 0. */
int soak_shrink(struct lot *l);

#endif
