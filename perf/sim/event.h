/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* event: calls functions in the order of simulated time.
 *
 * An event is embedded in the struct that it is about, and is in the queue at
 * most once.  Events of the same time happen in the order in which they were
 * set.  The queue may still look at an event that was cancelled: so its memory
 * must stay allocated, and contain that event, another one or zeros.
 */
#ifndef VF_PERF_SIM_EVENT_H
#define VF_PERF_SIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct event {
	int64_t at_ns;
	/* how many calls of event_at there were when the event was set; 0: the
	 * event is not set */
	uint64_t seq;
	/* time of the event's entry in the queue (event.c); 0: the queue has no
	 * entry of the event */
	int64_t queued_ns;
	void (*happen)(struct event *e);
};

int64_t event_now_ns(void);
/* event_at sets the event to happen at the time at_ns, and event_after delay_ns
 * from now; the time that was set before does not count any more. */
void event_at(struct event *e, int64_t at_ns);
void event_after(struct event *e, int64_t delay_ns);
void event_cancel(struct event *e);
bool event_is_set(const struct event *e);
/* A function that is called for all events that will soon happen, with step 0;
 * then for all with step 1, and so on.  In each step it begins to bring memory
 * that the events will use into the processor's cache; the pointers to that
 * memory lie in what the step before has brought.  NULL: no function is
 * called.
 */
#define EVENT_STEPS 6
extern void (*event_nears)(const struct event *e, unsigned step);
/* Makes the next event happen, and returns true; returns false if no event is
 * set. */
bool event_step(void);

#endif
