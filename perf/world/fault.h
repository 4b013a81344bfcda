/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fault: makes the faults of a lot (lot.h) befall its machines, and ends
 * them.
 */
#ifndef VF_PERF_WORLD_FAULT_H
#define VF_PERF_WORLD_FAULT_H

#include "perf/world/lot.h"

/* Sets events that begin and end the faults of l; their times count from
 * began_ns.  A machine has at most one fault at a time: if a fault is due for a
 * machine that has one, or is off, it is left out.  l must live as long as the
 * world. */
void faults_plan(const struct lot *l, int64_t began_ns);
/* Returns true if fault i of the lot has befallen its machine, and was not left
 * out. */
bool fault_befell(unsigned i);
/* Returns when the last fault ends, in nanoseconds after the beginning; faults
 * that never end are not counted.  0: no fault ends. */
int64_t faults_end_ns(const struct lot *l);

#endif
