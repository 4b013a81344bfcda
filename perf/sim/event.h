/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* event: things that happen, in the order of simulated time.
 *
 * An event is embedded in what it is about, and stands in the queue at most
 * once.  Events of the same time happen in the order in which they were set.
 * The queue may look at an event that was cancelled: its memory must stay, be
 * it as another event, or as zeros.
 */
#ifndef VF_PERF_SIM_EVENT_H
#define VF_PERF_SIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct event {
	int64_t at_ns;
	uint64_t seq; /* 0: not set */
	/* when the queue will look at the event; 0: it may not */
	int64_t queued_ns;
	void (*happen)(struct event *e);
};

int64_t event_now_ns(void);
/* Set, or set anew for another time. */
void event_at(struct event *e, int64_t at_ns);
void event_after(struct event *e, int64_t delay_ns);
void event_cancel(struct event *e);
bool event_is_set(const struct event *e);
/* Called for events that are soon to happen, for all of them with step 0, then
 * 1, and so on: to fetch from memory what they will look at, each step by what
 * the step before has fetched.  NULL: nothing is. */
#define EVENT_STEPS 6
extern void (*event_nears)(const struct event *e, unsigned step);
/* Lets the next event happen; false: there is none. */
bool event_step(void);

#endif
