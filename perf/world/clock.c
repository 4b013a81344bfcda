/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/clock.h"

#include <stdlib.h>

#include "perf/world/rng.h"

/* Added to the time of a stopped process's entries, so that they wait behind
 * all others. */
#define PARKED (INT64_MAX / 2)
/* simulated time when the world begins; not 0, which means "never" to much of
 * the code */
#define BEGIN_NS (1000 * SECOND)

struct loop {
	struct machine *machine;
	bool stopped;
	int64_t now_ns;
	void (*idle)(void *ctx);
	void *idle_ctx;
};

struct entry {
	int64_t at_ns;
	uint64_t seq;
	/* loop of the process; NULL: the entry is an event of the world */
	struct loop *loop;
	/* the struct loop_timer, or, if `loop` is NULL, the struct event */
	void *what;
};

/* children of an entry of the heap; with 4, fewer entries move than with 2 */
#define CHILDREN 4

static struct entry *heap; /* the queue as a heap; heap[0] is unused */
static size_t nheap, room;
static uint64_t last_seq, steps;
static int64_t clock_ns = BEGIN_NS;
static struct loop *running;

static void
place(size_t slot, struct entry e)
{
	heap[slot] = e;
	if (e.loop != NULL)
		((struct loop_timer *)e.what)->slot = slot;
	else
		((struct event *)e.what)->queued_ns = slot;
}

static bool
before(const struct entry *a, const struct entry *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->seq < b->seq;
}

/* Returns the least of the children of the entry at `slot`; a number greater
 * than nheap if it has none. */
static size_t
least_child(size_t slot)
{
	size_t first = CHILDREN * (slot - 1) + 2, least = first;

	for (size_t c = first + 1; c < first + CHILDREN && c <= nheap; c++)
		if (before(&heap[c], &heap[least]))
			least = c;
	return least;
}

/* Puts e into the heap at the free index `slot`, then moves entries up or down
 * until the heap is in order. */
static void
sift(size_t slot, struct entry e)
{
	size_t up, child;

	while (slot > 1) {
		up = (slot - 2) / CHILDREN + 1;
		if (!before(&e, &heap[up]))
			break;
		place(slot, heap[up]);
		slot = up;
	}
	for (;;) {
		child = least_child(slot);
		if (child > nheap || before(&e, &heap[child]))
			break;
		place(slot, heap[child]);
		slot = child;
	}
	place(slot, e);
}

static void
put(struct entry e)
{
	if (nheap + 2 > room) {
		room = room > 0 ? 2 * room : 1024;
		heap = must(reallocarray(heap, room, sizeof *heap));
	}
	e.seq = ++last_seq;
	nheap++;
	sift(nheap, e);
}

static void
take(size_t slot)
{
	struct entry last = heap[nheap--];

	if (slot <= nheap)
		sift(slot, last);
}

/* --- events of the world --- */

int64_t
event_now_ns(void)
{
	return clock_ns;
}

void
event_at(struct event *e, int64_t at_ns)
{
	event_cancel(e);
	if (at_ns < clock_ns)
		at_ns = clock_ns;
	e->at_ns = at_ns;
	put((struct entry){.at_ns = at_ns, .what = e});
	e->seq = last_seq;
}

void
event_after(struct event *e, int64_t delay_ns)
{
	event_at(e, clock_ns + delay_ns);
}

void
event_cancel(struct event *e)
{
	if (e->seq == 0)
		return;
	e->seq = 0;
	take(e->queued_ns);
}

bool
event_is_set(const struct event *e)
{
	return e->seq != 0;
}

static void
fire(struct loop *l, struct loop_timer *t)
{
	running = l;
	l->now_ns = clock_ns;
	t->fire(t->ctx);
	if (l->idle != NULL)
		l->idle(l->idle_ctx);
	running = NULL;
}

bool
event_step(void)
{
	struct entry e;

	if (nheap == 0 || heap[1].at_ns >= PARKED)
		return false;
	e = heap[1];
	if (e.loop != NULL && e.loop->stopped) {
		e.at_ns += PARKED;
		sift(1, e);
		return true;
	}
	take(1);
	clock_ns = e.at_ns;
	steps++;
	if (e.loop != NULL) {
		((struct loop_timer *)e.what)->slot = 0;
		fire(e.loop, e.what);
	} else {
		((struct event *)e.what)->seq = 0;
		((struct event *)e.what)->happen(e.what);
	}
	return true;
}

uint64_t
clock_steps(void)
{
	return steps;
}

/* --- loops of processes --- */

struct loop *
clock_loop_new(struct machine *m)
{
	struct loop *l = must(calloc(1, sizeof *l));

	l->machine = m;
	l->now_ns = clock_ns;
	return l;
}

void
loop_free(struct loop *l)
{
	free(l);
}

struct machine *
clock_machine(const struct loop *l)
{
	return l->machine;
}

struct machine *
clock_running(void)
{
	return running != NULL ? running->machine : NULL;
}

static int
by_order(const void *a, const void *b)
{
	return before(a, b) ? -1 : 1;
}

/* Makes the entries of loop l that waited while its process was stopped happen
 * now, in their order. */
static void
unpark(struct loop *l)
{
	struct entry *found = must(calloc(nheap + 1, sizeof *found));
	size_t n = 0;

	for (size_t i = 1; i <= nheap; i++)
		if (heap[i].loop == l && heap[i].at_ns >= PARKED)
			found[n++] = heap[i];
	qsort(found, n, sizeof *found, by_order);
	for (size_t i = 0; i < n; i++) {
		struct loop_timer *t = found[i].what;

		take(t->slot);
		found[i].at_ns = clock_ns;
		put(found[i]);
	}
	free(found);
}

void
clock_stop(struct loop *l, bool stopped)
{
	l->stopped = stopped;
	if (!stopped)
		unpark(l);
}

bool
clock_is_stopped(const struct loop *l)
{
	return l->stopped;
}

void
clock_deliver(struct loop *l, struct loop_timer *t, int64_t at_ns)
{
	if (t->slot != 0)
		take(t->slot);
	t->due_ns = at_ns;
	put((struct entry){.at_ns = at_ns > clock_ns ? at_ns : clock_ns,
			   .loop = l,
			   .what = t});
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, int64_t due_ns)
{
	int64_t wait_ns = due_ns > clock_ns ? due_ns - clock_ns : 0;

	clock_deliver(l, t, clock_ns + (wait_ns + MS - 1) / MS * MS);
	t->due_ns = due_ns;
}

void
loop_timer_cancel(struct loop *l, struct loop_timer *t)
{
	if (t->slot == 0)
		return;
	take(t->slot);
	t->slot = 0;
}

void
loop_set_idle(struct loop *l, void (*idle)(void *ctx), void *ctx)
{
	l->idle = idle;
	l->idle_ctx = ctx;
}

int64_t
loop_now_ns(const struct loop *l)
{
	return l->now_ns;
}

int64_t
clock_now_ns(void)
{
	return clock_ns;
}
