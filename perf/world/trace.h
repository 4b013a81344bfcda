/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* trace: the events of a world, a line for each: the time in seconds, the
 * machine, the event.  All events go into one hash, whether they are printed or
 * not: two runs of a seed must have the same hash.
 */
#ifndef VF_PERF_WORLD_TRACE_H
#define VF_PERF_WORLD_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

/* Chooses whether all events are printed, or only broken invariants. */
void trace_print(bool all);
void trace(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints and counts an invariant that does not hold. */
void trace_broken(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds an event to the hash as numbers instead of text, since there are very
 * many such events.  Returns true if events are printed: then the caller
 * describes the event by trace_told too. */
bool trace_numbers(const struct machine *m, const uint64_t *numbers,
		   unsigned n);
void trace_told(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Makes trace_way draw the messages about this chunk, and about no other: an
 * arrow for each message, between columns for the machines. */
void trace_way_of(uint32_t chunk);
/* Draws a request for the chunk, or the answer, that machine `from` sends to
 * machine `to`; does nothing if another chunk was chosen. */
void trace_way(const struct machine *from, const struct machine *to,
	       uint32_t chunk, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
uint64_t trace_hash(void);
unsigned trace_broken_count(void);

#endif
