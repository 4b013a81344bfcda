/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Most events are set anew several times before they happen, so setting must be
 * cheap.  The queue has entries, and an event knows which of its entries is
 * valid: the others are dropped when their time comes.  If an event is set to a
 * later time, its entry stays; when the time of that entry comes, an entry for
 * the later time is made.  Events that were set get their entries only when the
 * next event is due, since many are set twice at the same moment.
 *
 * Time is cut into slices of 1 << SLICE_BITS ns.  The entries of the present
 * slice are in a heap, which is small; those of the next SLICES slices are in a
 * ring of lists, one for each slice; all later ones are in one list.
 */
#include "perf/sim/event.h"

#include <stdio.h>
#include <stdlib.h>

/* binary logarithm of a slice's ns: a slice is 33 us long */
#define SLICE_BITS 15
/* slices in the ring, which cover half a second; a power of two */
#define SLICES 16384
#define AHEAD 8

struct entry {
	int64_t at_ns;
	uint64_t seq;
	struct event *event;
};

struct list {
	struct entry *entries;
	uint32_t n, room;
};

static struct list heap, ring[SLICES], beyond, set;
static uint32_t in_ring;
/* number of the slice whose entries enter the heap next, and of the first slice
 * that has entries in `beyond` */
static int64_t next_slice, soonest_beyond = INT64_MAX;
static int64_t now_ns;
static uint64_t last_seq;
void (*event_nears)(const struct event *e, unsigned step);

static void
append(struct list *l, struct entry x)
{
	if (l->n == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 16;
		l->entries = realloc(l->entries, l->room * sizeof x);
		if (l->entries == NULL) {
			perror("sim");
			exit(1);
		}
	}
	l->entries[l->n++] = x;
}

static bool
sooner(const struct entry *a, const struct entry *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->seq < b->seq;
}

static void
heap_add(struct entry x)
{
	uint32_t i, above;

	append(&heap, x);
	for (i = heap.n - 1; i > 0; i = above) {
		above = (i - 1) / 2;
		if (!sooner(&x, &heap.entries[above]))
			break;
		heap.entries[i] = heap.entries[above];
	}
	heap.entries[i] = x;
}

static struct entry
heap_take(void)
{
	struct entry *h = heap.entries, first = h[0], last = h[--heap.n];
	uint32_t i, below;

	for (i = 0; (below = 2 * i + 1) < heap.n; i = below) {
		if (below + 1 < heap.n && sooner(&h[below + 1], &h[below]))
			below++;
		if (!sooner(&h[below], &last))
			break;
		h[i] = h[below];
	}
	h[i] = last;
	return first;
}

static void
put(struct entry x)
{
	int64_t slice = x.at_ns >> SLICE_BITS;

	if (slice < next_slice) {
		heap_add(x);
	} else if (slice < next_slice + SLICES) {
		append(&ring[slice % SLICES], x);
		in_ring++;
	} else {
		append(&beyond, x);
		if (slice < soonest_beyond)
			soonest_beyond = slice;
	}
}

static void
put_event(struct event *e)
{
	e->queued_ns = e->at_ns;
	put((struct entry){e->at_ns, e->seq, e});
}

/* Returns true if x is the valid entry of its event.  If the event was set to a
 * later time, and x is the entry that stayed, adds an entry for the later time
 * to the queue and returns false. */
static bool
is_meant(const struct entry *x)
{
	struct event *e = x->event;

	if (e->seq == x->seq)
		return true;
	if (e->queued_ns != x->at_ns)
		return false;
	e->queued_ns = 0;
	if (e->seq != 0)
		put_event(e);
	return false;
}

static bool
is_to_be_put(const struct event *e)
{
	return e->queued_ns == 0 || e->queued_ns > e->at_ns;
}

static void
put_what_was_set(void)
{
	uint32_t i;

	for (i = 0; i < set.n; i++) {
		struct event *e = set.entries[i].event;

		if (e->seq != 0 && is_to_be_put(e))
			put_event(e);
	}
	set.n = 0;
}

static void
put_beyond(void)
{
	struct list was = beyond;
	uint32_t i;

	beyond = (struct list){0};
	soonest_beyond = INT64_MAX;
	for (i = 0; i < was.n; i++)
		put(was.entries[i]);
	free(was.entries);
}

static void
say_what_nears(void)
{
	unsigned step;
	uint32_t i;

	for (step = 0; step < EVENT_STEPS; step++)
		for (i = 0; i < heap.n; i++)
			event_nears(heap.entries[i].event, step);
}

/* Moves the entries of the next slice that has entries into the heap.  Returns
 * false if no slice has any. */
static bool
next(void)
{
	struct list *l;
	uint32_t i;

	if (in_ring == 0 && beyond.n == 0)
		return false;
	if (in_ring == 0)
		next_slice = soonest_beyond;
	while (ring[next_slice % SLICES].n == 0 && in_ring > 0 &&
	       next_slice + SLICES <= soonest_beyond)
		next_slice++;
	if (next_slice + SLICES > soonest_beyond)
		put_beyond();
	l = &ring[next_slice % SLICES];
	for (i = 0; i < l->n; i++) {
		if (i + AHEAD < l->n)
			__builtin_prefetch(l->entries[i + AHEAD].event);
		if (is_meant(&l->entries[i]))
			heap_add(l->entries[i]);
	}
	in_ring -= l->n;
	l->n = 0;
	next_slice++;
	if (event_nears != NULL)
		say_what_nears();
	return true;
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
	e->seq = ++last_seq;
	if (is_to_be_put(e))
		append(&set, (struct entry){0, 0, e});
}

void
event_after(struct event *e, int64_t delay_ns)
{
	event_at(e, now_ns + delay_ns);
}

void
event_cancel(struct event *e)
{
	e->seq = 0;
}

bool
event_is_set(const struct event *e)
{
	return e->seq != 0;
}

bool
event_step(void)
{
	struct entry x;

	put_what_was_set();
	do {
		while (heap.n == 0)
			if (!next())
				return false;
		x = heap_take();
	} while (!is_meant(&x));
	now_ns = x.at_ns;
	x.event->seq = 0;
	x.event->queued_ns = 0;
	x.event->happen(x.event);
	return true;
}
