/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* trace: prints and hashes the events of a world.  An event's line has the time
 * in seconds, the machine, and the event.  One hash is made of all events,
 * whether or not they are printed: two runs of the same seed must have the same
 * hash.
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
/* Adds an event to the hash as numbers, not as text, which would take too long
 * for very frequent events.  Returns true if events are printed: then the
 * caller describes the event by trace_told, too. */
bool trace_numbers(const struct machine *m, const uint64_t *numbers,
		   unsigned n);
void trace_told(const struct machine *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Makes trace_way draw the messages about this chunk: an arrow for each
 * message, between columns for the machines. */
void trace_way_of(uint32_t chunk);
/* Draws a message about the chunk, a request or an answer, that machine `from`
 * sends to machine `to`; does nothing unless trace_way_of has named this
 * chunk. */
void trace_way(const struct machine *from, const struct machine *to,
	       uint32_t chunk, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
uint64_t trace_hash(void);
unsigned trace_broken_count(void);

#endif
