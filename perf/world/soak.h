/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* soak: runs the lots of many seeds, each in a process of its own, so that a
 * run that crashes or never ends is reported like any other failure.  A lot
 * that fails can be shrunk to the faults and readers that make it fail.
 */
#ifndef VF_PERF_WORLD_SOAK_H
#define VF_PERF_WORLD_SOAK_H

#include <stdint.h>

#include "perf/world/lot.h"

/* Runs the lots of `count` seeds from `first` on, as many at once as there are
 * processors.  Prints the seeds that fail.  Then prints, for each workload and
 * kind of fault, how often the fault happened in that workload, and, for each
 * two kinds of faults, how often both happened in one lot.  Returns 1 if some
 * seed failed, else 0. */
int soak_run(uint64_t first, uint64_t count);
/* Runs seeds as soak_run does and prints the first that fails.  Returns 0; or 1
 * if none fails. */
int soak_find(uint64_t first, uint64_t count);
/* Removes from *l each fault and each reader without which the lot still fails,
 * and prints the lot that remains.  Returns 0; or 1 if *l does not fail at
 * all. */
int soak_shrink(struct lot *l);

#endif
