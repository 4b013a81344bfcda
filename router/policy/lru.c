/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/lru.h"

#include <assert.h>
#include <stdlib.h>

/* An entry of lru.ring, an array by chunk number, which links the listed chunks
 * into a ring.  One more entry, number nchunks, closes the ring: `older` there
 * is the chunk used last, `newer` the one used least recently.  The entry of a
 * chunk that is not in the list has LRU_NONE in both. */
struct link {
	uint32_t older, newer;
};

struct lru {
	uint32_t nchunks, count;
	struct link ring[];
};

struct lru *
lru_new(uint32_t nchunks)
{
	struct lru *rc =
	    malloc(sizeof *rc + ((size_t)nchunks + 1) * sizeof rc->ring[0]);

	if (rc == NULL)
		return NULL;
	rc->nchunks = nchunks;
	rc->count = 0;
	for (uint32_t i = 0; i < nchunks; i++)
		rc->ring[i] = (struct link){LRU_NONE, LRU_NONE};
	rc->ring[nchunks] = (struct link){nchunks, nchunks};
	return rc;
}

void
lru_free(struct lru *rc)
{
	free(rc);
}

void
lru_add(struct lru *rc, uint32_t chunk)
{
	struct link *end = &rc->ring[rc->nchunks], *l = &rc->ring[chunk];

	lru_remove(rc, chunk);
	*l = (struct link){end->older, rc->nchunks};
	rc->ring[end->older].newer = chunk;
	end->older = chunk;
	rc->count++;
}

void
lru_remove(struct lru *rc, uint32_t chunk)
{
	struct link *l = &rc->ring[chunk];

	if (!lru_has(rc, chunk))
		return;
	rc->ring[l->older].newer = l->newer;
	rc->ring[l->newer].older = l->older;
	*l = (struct link){LRU_NONE, LRU_NONE};
	rc->count--;
}

bool
lru_has(const struct lru *rc, uint32_t chunk)
{
	assert(chunk < rc->nchunks);
	return rc->ring[chunk].older != LRU_NONE;
}

uint32_t
lru_count(const struct lru *rc)
{
	return rc->count;
}

uint32_t
lru_oldest(const struct lru *rc)
{
	return lru_next(rc, rc->nchunks);
}

uint32_t
lru_next(const struct lru *rc, uint32_t chunk)
{
	uint32_t next = rc->ring[chunk].newer;

	return next != rc->nchunks ? next : LRU_NONE;
}
