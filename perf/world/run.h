/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run: a lot from its beginning to its end.
 *
 *   work    readers read, faults come and pass
 *   rest    for REST_NS nothing happens, or until all copies are made
 *   proof   another image is read by one, which must have all of its link
 */
#ifndef VF_PERF_WORLD_RUN_H
#define VF_PERF_WORLD_RUN_H

#include "perf/world/lot.h"

/* The number of things that did not hold. */
unsigned run_lot(const struct lot *l);

#endif
