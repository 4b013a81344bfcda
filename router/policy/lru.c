/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/lru.h"

#include <assert.h>
#include <stdlib.h>

/* A ring by chunk number; number nchunks is between the last used and the
 * least recently used.  What is not in it has RECENT_NONE. */
struct link {
	uint32_t older, newer;
};

struct recent {
	uint32_t nchunks, count;
	struct link ring[];
};

struct recent *
recent_new(uint32_t nchunks)
{
	struct recent *rc =
	    malloc(sizeof *rc + ((size_t)nchunks + 1) * sizeof rc->ring[0]);

	if (rc == NULL)
		return NULL;
	rc->nchunks = nchunks;
	rc->count = 0;
	for (uint32_t i = 0; i < nchunks; i++)
		rc->ring[i] = (struct link){RECENT_NONE, RECENT_NONE};
	rc->ring[nchunks] = (struct link){nchunks, nchunks};
	return rc;
}

void
recent_free(struct recent *rc)
{
	free(rc);
}

void
recent_add(struct recent *rc, uint32_t chunk)
{
	struct link *end = &rc->ring[rc->nchunks], *l = &rc->ring[chunk];

	recent_remove(rc, chunk);
	*l = (struct link){end->older, rc->nchunks};
	rc->ring[end->older].newer = chunk;
	end->older = chunk;
	rc->count++;
}

void
recent_remove(struct recent *rc, uint32_t chunk)
{
	struct link *l = &rc->ring[chunk];

	if (!recent_has(rc, chunk))
		return;
	rc->ring[l->older].newer = l->newer;
	rc->ring[l->newer].older = l->older;
	*l = (struct link){RECENT_NONE, RECENT_NONE};
	rc->count--;
}

bool
recent_has(const struct recent *rc, uint32_t chunk)
{
	assert(chunk < rc->nchunks);
	return rc->ring[chunk].older != RECENT_NONE;
}

uint32_t
recent_count(const struct recent *rc)
{
	return rc->count;
}

uint32_t
recent_oldest(const struct recent *rc)
{
	return recent_next(rc, rc->nchunks);
}

uint32_t
recent_next(const struct recent *rc, uint32_t chunk)
{
	uint32_t next = rc->ring[chunk].newer;

	return next != rc->nchunks ? next : RECENT_NONE;
}
