/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* soak: many seeds, each in a process of its own, so that one that crashes or
 * never ends is a finding like others; and what is left of one that fails when
 * all is taken away that it does not need.
 */
#ifndef VF_PERF_WORLD_SOAK_H
#define VF_PERF_WORLD_SOAK_H

#include <stdint.h>

#include "perf/world/lot.h"

/* Prints those that fail, and how often each workload met each fault, and each
 * fault another.  Runs as many at once as there are processors.  1: some
 * failed. */
int soak_run(uint64_t first, uint64_t count);
/* The first seed that fails: prints it.  1: none does. */
int soak_find(uint64_t first, uint64_t count);
/* Prints the shortest lot that fails as this one does.  1: it does not. */
int soak_shrink(struct lot *l);

#endif
