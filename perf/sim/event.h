/* event: what happens when, in simulated time.
 *
 * An event is embedded in what it is about, as its first member, and stands
 * in the queue at most once.  Events of the same time happen in the order in
 * which they were set.
 */
#ifndef VF_PERF_SIM_EVENT_H
#define VF_PERF_SIM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct event {
	int64_t at_ns;
	uint32_t slot; /* in the heap, from 1; 0: not set */
	void (*happen)(struct event *e);
};

int64_t event_now_ns(void);
/* Set, or set anew for another time. */
void event_at(struct event *e, int64_t at_ns);
void event_after(struct event *e, int64_t delay_ns);
void event_cancel(struct event *e);
/* Let the next one happen; false if there is none. */
bool event_step(void);

#endif
