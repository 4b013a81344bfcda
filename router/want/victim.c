/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/victim.h"

#include "router/image/image.h"
#include "router/policy/random.h"
#include "router/want/balance.h"

#define CANDIDATES 48
#define OLDEST 8
/* how many candidates in a row are taken from each random place */
#define RUN 12

bool
victim_may_be(const struct image *im, uint32_t chunk)
{
	return !image_pinned(im, chunk) && !store_in_base(im->store, chunk);
}

/* Says which chunks may be dropped; each value allows more than the one before
 * it. */
enum loss {
	LOSS_NONE, /* only chunks that another node keeps */
	/* also chunks of which any other node has a copy, even if that is a
	 * seed */
	LOSS_COPY,
	LOSS_LAST, /* also chunks that no other node has */
};

/* Writes passing chunks that may be dropped to c, the oldest first, OLDEST at
 * most.  Returns how many. */
static uint32_t
oldest(const struct image *im, const struct balance *b,
       struct evict_candidate *c, enum loss loss)
{
	uint32_t n = 0, looked = 0, at = lru_oldest(im->passing);

	for (; at != LRU_NONE && n < OLDEST && looked++ < CANDIDATES;
	     at = lru_next(im->passing, at))
		if (victim_may_be(im, at) &&
		    (loss != LOSS_NONE || balance_kept_elsewhere(b, at)))
			c[n++] =
			    (struct evict_candidate){at, image_used(im, at)};
	return n;
}

static bool
may_lose(const struct image *im, const struct balance *b, uint32_t chunk,
	 enum loss loss)
{
	if (loss == LOSS_NONE)
		return balance_kept_elsewhere(b, chunk);
	return loss == LOSS_LAST || balance_held_elsewhere(b, im, chunk);
}

/* Writes kept chunks that may be dropped to c, CANDIDATES at most, and returns
 * how many.  They are taken in runs of RUN held chunks, each from a random
 * place on.  If few chunks are held, the runs include all of them, wherever
 * they lie. */
static uint32_t
sample(const struct image *im, const struct balance *b, uint64_t *rng,
       struct evict_candidate *c, enum loss loss)
{
	uint32_t n = 0, at = 0, end = im->m->nchunks;

	for (unsigned i = 0; i < 4 * CANDIDATES && n < CANDIDATES; i++) {
		uint32_t from = random_below(rng, end);

		if (i % RUN == 0 && bitmap_next(im->held, from) < end)
			at = bitmap_next(im->held, from);
		else
			at = bitmap_next(im->held, at + 1);
		if (at == end)
			at = bitmap_next(im->held, 0);
		if (victim_may_be(im, at) && !lru_has(im->passing, at) &&
		    may_lose(im, b, at, loss))
			c[n++] =
			    (struct evict_candidate){at, image_used(im, at)};
	}
	return n;
}

static uint32_t
choose(struct image *im, const struct balance *b, struct fill_state *f,
       bool full, enum loss loss)
{
	struct evict_candidate c[CANDIDATES];
	bool must = loss == LOSS_LAST;
	uint32_t chunk = EVICT_NONE;

	if (full)
		chunk = evict_choose(f, c, oldest(im, b, c, loss), must);
	if (chunk == EVICT_NONE)
		chunk =
		    evict_choose(f, c, sample(im, b, &f->rng, c, loss), must);
	if (chunk == EVICT_NONE && !full)
		chunk = evict_choose(f, c, oldest(im, b, c, loss), must);
	return chunk;
}

uint32_t
victim_choose(struct image *im, struct balance *b, struct fill_state *f,
	      uint32_t reserve, bool must)
{
	bool full = lru_count(im->passing) >= reserve;
	bool others = balance_others_keep(b, im);
	uint32_t chunk = EVICT_NONE;

	if (!must && others)
		chunk = choose(im, b, f, full, LOSS_NONE);
	if (chunk == EVICT_NONE)
		chunk = choose(im, b, f, full, must ? LOSS_LAST : LOSS_COPY);
	return chunk;
}
