/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/replica_row.h"

static const char *const ascii[ROW_LEVELS] = {" ", ".", "-", "+", "#"};
static const char *const blocks[ROW_LEVELS] = {" ", "░", "▒", "▓", "█"};

struct span {
	/* numbers of the first chunk of the cell, and of the first one after it
	 */
	uint32_t first, end;
};

static struct span
cell_span(uint32_t nchunks, uint32_t cells, uint32_t cell)
{
	struct span s = {(uint64_t)cell * nchunks / cells,
			 ((uint64_t)cell + 1) * nchunks / cells};

	if (s.end == s.first && s.first < nchunks)
		s.end++;
	return s;
}

static bool
holds(const struct replica *r, uint32_t chunk)
{
	uint32_t word = chunk / 64;

	return r->complete ||
	       (word < r->nwords && (r->words[word] >> (chunk % 64) & 1) != 0);
}

static uint32_t
held_in(const struct replica *r, struct span s)
{
	uint32_t held = 0;

	for (uint32_t c = s.first; c < s.end; c++)
		held += holds(r, c);
	return held;
}

unsigned
replica_row_level(const struct replica *r, uint32_t nchunks, uint32_t cells,
		  uint32_t cell)
{
	struct span s = cell_span(nchunks, cells, cell);
	uint32_t all = s.end - s.first, held = held_in(r, s);

	if (held == 0 || all == 0)
		return 0;
	if (held == all)
		return ROW_LEVELS - 1;
	return 1 + (uint64_t)held * (ROW_LEVELS - 2) / all;
}

uint32_t
replica_row_held(const struct replica *r, uint32_t nchunks)
{
	return held_in(r, (struct span){0, nchunks});
}

uint32_t
replica_row_copies(const struct replica *r, uint32_t nreplicas,
		   uint32_t nchunks, uint32_t cells, uint32_t cell)
{
	struct span s = cell_span(nchunks, cells, cell);
	uint32_t least = nreplicas;

	for (uint32_t c = s.first; c < s.end; c++) {
		uint32_t copies = 0;

		for (uint32_t i = 0; i < nreplicas; i++)
			copies += holds(&r[i], c);
		if (copies < least)
			least = copies;
	}
	return least;
}

void
replica_row_print(FILE *to, bool utf8, const struct replica *r,
		  uint32_t nchunks, uint32_t cells)
{
	for (uint32_t i = 0; i < cells; i++) {
		unsigned level = replica_row_level(r, nchunks, cells, i);

		fputs(utf8 ? blocks[level] : ascii[level], to);
	}
}
