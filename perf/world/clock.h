/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* clock: the world's one queue of what will happen, and time, which goes from
 * one event to the next.
 *
 * The queue has two kinds of entries: the events of the world itself
 * (perf/sim/event.h) and the timers of processes (lib/loop.h), whose loops are
 * implemented here.  What comes to a process from outside is a timer of its
 * loop too, so that a process that is stopped gets it when it goes on.
 * Entries of the same time happen in the order in which they were set.
 */
#ifndef VF_PERF_WORLD_CLOCK_H
#define VF_PERF_WORLD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "perf/sim/event.h"

#define US INT64_C(1000)
#define MS INT64_C(1000000)
#define SECOND INT64_C(1000000000)

struct machine;

/* The loop of a process on that machine. */
struct loop *clock_loop_new(struct machine *m);
struct machine *clock_machine(const struct loop *l);
/* The process whose code runs; NULL: the world's own. */
struct machine *clock_running(void);
/* A process that is stopped gets nothing until it goes on. */
void clock_stop(struct loop *l, bool stopped);
bool clock_is_stopped(const struct loop *l);
/* To the nanosecond, where loop_timer_set waits for whole milliseconds. */
void clock_deliver(struct loop *l, struct loop_timer *t, int64_t at_ns);
/* Entries that have happened. */
uint64_t clock_steps(void);

#endif
