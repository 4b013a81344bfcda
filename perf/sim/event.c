#include "perf/sim/event.h"

#include <stdio.h>
#include <stdlib.h>

/* A binary heap, slots 1 to n. */
static struct event **heap;
static uint32_t n, room;
static int64_t now_ns;
static uint64_t next_seq;

static bool
sooner(const struct event *a, const struct event *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->seq < b->seq;
}

static void
put(struct event *e, uint32_t slot)
{
	heap[slot] = e;
	e->slot = slot;
}

static void
settle(struct event *e, uint32_t slot)
{
	uint32_t child;

	while (slot > 1 && sooner(e, heap[slot / 2])) {
		put(heap[slot / 2], slot);
		slot /= 2;
	}
	while ((child = 2 * slot) <= n) {
		if (child < n && sooner(heap[child + 1], heap[child]))
			child++;
		if (!sooner(heap[child], e))
			break;
		put(heap[child], slot);
		slot = child;
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
	e->at_ns = at_ns < now_ns ? now_ns : at_ns;
	e->seq = next_seq++;
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
	settle(e, e->slot);
}

void
event_after(struct event *e, int64_t delay_ns)
{
	event_at(e, now_ns + delay_ns);
}

void
event_cancel(struct event *e)
{
	struct event *last;
	uint32_t slot = e->slot;

	if (slot == 0)
		return;
	e->slot = 0;
	last = heap[n--];
	if (last != e)
		settle(last, slot);
}

bool
event_step(void)
{
	struct event *e;

	if (n == 0)
		return false;
	e = heap[1];
	event_cancel(e);
	now_ns = e->at_ns;
	e->happen(e);
	return true;
}
