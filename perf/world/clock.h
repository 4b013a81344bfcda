/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* clock: keeps the simulated time, and the world's only queue of what will
 * happen.  Time jumps from each entry of the queue to the next.
 *
 * The queue has two kinds of entries: the events of the world itself
 * (perf/sim/event.h) and the timers of processes (lib/loop.h), whose loops are
 * implemented here.  A message to a process is delivered by a timer of that
 * process's loop, too, so that a process that is stopped gets the message when
 * it goes on.  Entries of the same time happen in the order in which they were
 * set.
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

/* Makes the loop for a process that runs on machine m. */
struct loop *clock_loop_new(struct machine *m);
struct machine *clock_machine(const struct loop *l);
/* Returns the machine whose process runs now; NULL: the world's own code
 * runs. */
struct machine *clock_running(void);
/* Stops the process of loop l (`stopped` is true), or lets it go on.  While it
 * is stopped no timer of its loop fires; timers that came due meanwhile fire
 * when it goes on. */
void clock_stop(struct loop *l, bool stopped);
bool clock_is_stopped(const struct loop *l);
/* Sets timer t of loop l to fire at at_ns, exact to the nanosecond;
 * loop_timer_set rounds up to whole milliseconds. */
void clock_deliver(struct loop *l, struct loop_timer *t, int64_t at_ns);
/* Returns how many events have happened and timers have fired since the program
 * began. */
uint64_t clock_steps(void);

#endif
