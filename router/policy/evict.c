/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/evict.h"

/* Bounds on the chunks that evict_reserve leaves free: at least RESERVE_SMALL,
 * or a quarter of a smaller store, and at most RESERVE_MOST.  Arbitrary. */
#define RESERVE_SMALL 32
#define RESERVE_MOST 128

/* Returns true if it is better to drop a than b. */
static bool
rather(const struct fill_state *f, const struct evict_candidate *a,
       uint32_t a_copies, const struct evict_candidate *b, uint32_t b_copies)
{
	/* more than R copies (f->copies) count as R */
	if (a_copies > f->copies)
		a_copies = f->copies;
	if (b_copies > f->copies)
		b_copies = f->copies;
	if (a_copies != b_copies)
		return a_copies > b_copies;
	return a->used < b->used;
}

uint32_t
evict_choose(const struct fill_state *f, const struct evict_candidate *c,
	     uint32_t n, bool must)
{
	uint32_t i, best = 0, best_copies = 0, copies;

	if (n == 0)
		return EVICT_NONE;
	for (i = 0; i < n; i++) {
		copies = fill_copies(f, c[i].chunk);
		if (i > 0 && !rather(f, &c[i], copies, &c[best], best_copies))
			continue;
		best = i;
		best_copies = copies;
	}
	if (best_copies == 0 && !must)
		return EVICT_NONE;
	return c[best].chunk;
}

uint32_t
evict_reserve(uint32_t room)
{
	uint32_t part = room / 8;

	if (part < RESERVE_SMALL)
		part = room / 4 < RESERVE_SMALL ? room / 4 : RESERVE_SMALL;
	return part < RESERVE_MOST ? part + 1 : RESERVE_MOST;
}

/* The window is a third of the room for passing chunks, since other readers may
 * be a window behind this one, or a window ahead. */
uint32_t
evict_window(uint32_t room, uint32_t kept)
{
	uint32_t passes = kept < room ? room - kept : 0;
	uint32_t least = evict_reserve(room) - evict_reserve(room) / 4;

	return passes / 3 > least ? passes / 3 : least;
}

bool
evict_passes(const struct fill_state *f, uint32_t chunk, uint32_t room,
	     uint32_t kept, bool reads)
{
	if (kept >= (reads ? room / 2 : room - evict_reserve(room)))
		return true;
	return !route_keeps(f->trees, f->nodes, f->nnodes, chunk, f->copies);
}
