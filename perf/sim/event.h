/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* event: things that happen, in the order of simulated time.
 *
 * An event is embedded in the struct that it is about, and stands in the queue
 * at most once.  Events of the same time happen in the order in which they were
 * set. The queue may still look at an event that was cancelled: its memory must
 * stay allocated, and hold that event, another one or zeros.
 */
#ifndef VF_PERF_SIM_EVENT_H
#define VF_PERF_SIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct event {
	int64_t at_ns;
	uint64_t seq; /* number of the setting; 0: the event is not set */
	/* time of the event's entry in the queue (event.c); 0: it has none */
	int64_t queued_ns;
	void (*happen)(struct event *e);
};

int64_t event_now_ns(void);
/* Sets an event, or sets it anew for another time. */
void event_at(struct event *e, int64_t at_ns);
void event_after(struct event *e, int64_t delay_ns);
void event_cancel(struct event *e);
bool event_is_set(const struct event *e);
/* Called for all events that will soon happen, with step 0, then for all with
 * step 1, and so on: each step begins to bring into the cache what the events
 * will look at, found by what the step before has brought.  NULL: nothing is
 * called. */
#define EVENT_STEPS 6
extern void (*event_nears)(const struct event *e, unsigned step);
/* Lets the next event happen; false: there is none. */
bool event_step(void);

#endif
