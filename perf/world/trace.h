/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* trace: the events of a world, a line each: the time in seconds, the
 * machine, the event.  A hash of all is kept, printed or not: two runs of a
 * seed must have the same.
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
/* An event by numbers, of which there are very many.  True: it is to be told,
 * too, by trace_told. */
bool trace_numbers(const struct machine *m, const uint64_t *numbers,
		   unsigned n);
void trace_told(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A chunk whose way is drawn: an arrow a message, a column a machine. */
void trace_way_of(uint32_t chunk);
/* A request for the chunk, or its answer, between two machines. */
void trace_way(const struct machine *from, const struct machine *to,
	       uint32_t chunk, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
uint64_t trace_hash(void);
unsigned trace_broken_count(void);

#endif
