/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fault: the faults of a lot, as they befall machines and pass. */
#ifndef VF_PERF_WORLD_FAULT_H
#define VF_PERF_WORLD_FAULT_H

#include "perf/world/lot.h"

/* A machine has one fault at a time, and one that is off none: a fault that
 * meets such a machine is left out.  The lot is kept. */
void faults_plan(const struct lot *l, int64_t began_ns);
/* Fault i of the lot came to pass. */
bool fault_befell(unsigned i);
/* The end of the last fault that has one, after the beginning; 0: none has. */
int64_t faults_end_ns(const struct lot *l);

#endif
