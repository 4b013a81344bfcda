/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/fill.h"

#include "router/policy/random.h"

uint32_t
fill_copies(const struct fill_state *f, uint32_t chunk)
{
	const struct route_node *n = f->nodes;
	uint32_t i, copies = 0;

	for (i = 0; i < f->nnodes; i++)
		if (!n[i].self && n[i].usable &&
		    (n[i].complete ||
		     (n[i].held != NULL && bitmap_has(n[i].held, chunk))))
			copies++;
	return copies;
}

static uint32_t
look_end(const struct fill_state *f)
{
	if (f->nchunks - f->cursor <= FILL_LOOK)
		return f->nchunks;
	return f->cursor + FILL_LOOK;
}

/* Returns the rarest of the missing chunks in [cursor, end) that this node is
 * to keep.  Of equally rare chunks a random one is returned, so that not all
 * nodes ask for the same.  FILL_NONE: there is none. */
static uint32_t
rarest(struct fill_state *f, uint32_t end)
{
	uint32_t best = FILL_NONE, least = UINT32_MAX, equals = 0, c, copies;

	for (c = bitmap_next_missing(f->have, f->cursor); c < end;
	     c = bitmap_next_missing(f->have, c + 1)) {
		if (!route_keeps(f->trees, f->nodes, f->nnodes, c, f->copies))
			continue;
		copies = fill_copies(f, c);
		if (copies == 0 || copies > least)
			continue;
		equals = copies < least ? 1 : equals + 1;
		least = copies;
		if (random_next(&f->rng) % equals == 0)
			best = c;
	}
	return best;
}

static bool
complete_lives(const struct fill_state *f)
{
	for (uint32_t i = 0; i < f->nnodes; i++)
		if (f->nodes[i].complete && f->nodes[i].usable)
			return true;
	return false;
}

/* Returns the first missing chunk in [cursor, end) that another usable node
 * holds; FILL_NONE: there is none. */
static uint32_t
first_missing(const struct fill_state *f, uint32_t end)
{
	uint32_t c;

	for (c = bitmap_next_missing(f->have, f->cursor); c < end;
	     c = bitmap_next_missing(f->have, c + 1))
		if (fill_copies(f, c) > 0)
			return c;
	return FILL_NONE;
}

uint32_t
fill_next(struct fill_state *f, bool *wrapped)
{
	uint32_t end, chunk = FILL_NONE;

	*wrapped = false;
	if (f->cursor >= f->nchunks)
		f->cursor = 0;
	end = look_end(f);
	if (!complete_lives(f))
		chunk = rarest(f, end);
	if (chunk == FILL_NONE)
		chunk = first_missing(f, end);
	if (chunk != FILL_NONE)
		return chunk;
	f->cursor = end;
	if (f->cursor >= f->nchunks) {
		f->cursor = 0;
		*wrapped = true;
	}
	return FILL_NONE;
}
