/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run: runs a lot (lot.h) in three parts.
 *
 *   work    readers read, faults begin and end
 *   rest    no readers and no faults for REST_NS, and then until nothing is on
 *           its way and, with FILL, all copies are made
 *   proof   one machine reads another image, and must not take longer than
 *           about twice the time that its link needs
 */
#ifndef VF_PERF_WORLD_RUN_H
#define VF_PERF_WORLD_RUN_H

#include "perf/world/lot.h"

/* Runs the lot and returns how many invariants did not hold. */
unsigned run_lot(const struct lot *l);

#endif
