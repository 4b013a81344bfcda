/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* trace: the events of a world, a line each: the time in seconds, the
 * machine, the event.  The hash of all lines is kept, printed or not: two runs
 * of a seed must have the same.
 */
#ifndef VF_PERF_WORLD_TRACE_H
#define VF_PERF_WORLD_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

void trace_print(bool all);
void trace(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Something does not hold that must: printed, and counted. */
void trace_broken(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
uint64_t trace_hash(void);
unsigned trace_broken_count(void);

#endif
