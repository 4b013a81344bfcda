#include "perf/sim/event.h"

#include <stdio.h>
#include <stdlib.h>

/* A heap of slots 1 to n, each above FAN others.  When an event happens stands
 * beside it: to look it up there would take longer than all the rest. */
#define FAN 4

static struct entry {
	int64_t at_ns;
	uint64_t seq;
	struct event *event;
} * heap;
static uint32_t n, room;
static int64_t now_ns;
static uint64_t next_seq;

static bool
sooner(const struct entry *a, const struct entry *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->seq < b->seq;
}

static void
put(struct entry e, uint32_t slot)
{
	heap[slot] = e;
	e.event->slot = slot;
}

static uint32_t
soonest_below(uint32_t slot)
{
	uint32_t child = FAN * (slot - 1) + 2, end = child + FAN, best = child;

	if (end > n + 1)
		end = n + 1;
	while (++child < end)
		if (sooner(&heap[child], &heap[best]))
			best = child;
	return best;
}

static void
settle(struct entry e, uint32_t slot)
{
	uint32_t other;

	while (slot > 1) {
		other = (slot - 2) / FAN + 1;
		if (!sooner(&e, &heap[other]))
			break;
		put(heap[other], slot);
		slot = other;
	}
	while ((other = soonest_below(slot)) <= n) {
		if (!sooner(&heap[other], &e))
			break;
		put(heap[other], slot);
		slot = other;
	}
	put(e, slot);
}

int64_t
event_now_ns(void)
{
	return now_ns;
}

void
event_at(struct event *e, int64_t at_ns)
{
	struct entry put = {at_ns < now_ns ? now_ns : at_ns, next_seq++, e};

	e->at_ns = put.at_ns;
	if (e->slot == 0) {
		if (n + 1 >= room) {
			room = room > 0 ? 2 * room : 1024;
			heap = realloc(heap, room * sizeof *heap);
			if (heap == NULL) {
				perror("sim");
				exit(1);
			}
		}
		e->slot = ++n;
	}
	settle(put, e->slot);
}

void
event_after(struct event *e, int64_t delay_ns)
{
	event_at(e, now_ns + delay_ns);
}

void
event_cancel(struct event *e)
{
	struct entry last;
	uint32_t slot = e->slot;

	if (slot == 0)
		return;
	e->slot = 0;
	last = heap[n--];
	if (last.event != e)
		settle(last, slot);
}

bool
event_step(void)
{
	struct event *e;

	if (n == 0)
		return false;
	e = heap[1].event;
	event_cancel(e);
	now_ns = e->at_ns;
	e->happen(e);
	return true;
}
