/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* soak: many seeds, each in a process of its own, so that one that crashes or
 * never ends is a finding like others; and what is left of one that fails when
 * all is taken away that it does not need.
 */
#ifndef VF_PERF_WORLD_SOAK_H
#define VF_PERF_WORLD_SOAK_H

#include <stdint.h>

/* Prints those that fail, and how often each workload met each fault.  1: some
 * failed. */
int soak_run(uint64_t first, uint64_t count);
/* Prints the shortest tale of that seed's failure.  1: it does not fail. */
int soak_shrink(uint64_t seed);

#endif
