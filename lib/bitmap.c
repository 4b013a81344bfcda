/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/bitmap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define WORD_BITS 64

struct bitmap {
	uint32_t nchunks;
	uint32_t count;
	uint64_t words[];
};

static uint32_t
words_for(uint32_t nchunks)
{
	return nchunks / WORD_BITS + (nchunks % WORD_BITS != 0);
}

/* Returns a mask of those bits of the word that stand for chunks: all 64, but
 * fewer in the last word. */
static uint64_t
valid_bits(const struct bitmap *bm, uint32_t word)
{
	uint32_t used = bm->nchunks - word * WORD_BITS;

	return used >= WORD_BITS ? UINT64_MAX : (UINT64_C(1) << used) - 1;
}

struct bitmap *
bitmap_new(uint32_t nchunks)
{
	size_t bytes = words_for(nchunks) * sizeof(uint64_t);
	struct bitmap *bm = calloc(1, sizeof *bm + bytes);

	if (bm != NULL)
		bm->nchunks = nchunks;
	return bm;
}

void
bitmap_free(struct bitmap *bm)
{
	free(bm);
}

uint32_t
bitmap_size(const struct bitmap *bm)
{
	return bm->nchunks;
}

uint32_t
bitmap_count(const struct bitmap *bm)
{
	return bm->count;
}

bool
bitmap_has(const struct bitmap *bm, uint32_t chunk)
{
	assert(chunk < bm->nchunks);
	return bm->words[chunk / WORD_BITS] >> chunk % WORD_BITS & 1;
}

bool
bitmap_add(struct bitmap *bm, uint32_t chunk)
{
	if (bitmap_has(bm, chunk))
		return false;
	bm->words[chunk / WORD_BITS] |= UINT64_C(1) << chunk % WORD_BITS;
	bm->count++;
	return true;
}

bool
bitmap_remove(struct bitmap *bm, uint32_t chunk)
{
	if (!bitmap_has(bm, chunk))
		return false;
	bm->words[chunk / WORD_BITS] &= ~(UINT64_C(1) << chunk % WORD_BITS);
	bm->count--;
	return true;
}

void
bitmap_fill(struct bitmap *bm)
{
	for (uint32_t w = 0; w < words_for(bm->nchunks); w++)
		bm->words[w] = valid_bits(bm, w);
	bm->count = bm->nchunks;
}

/* Returns the first chunk >= `from` whose bit is set after XOR with `flip`;
 * nchunks if there is none.  flip is 0 to find held chunks, and all ones to
 * find missing ones. */
static uint32_t
find(const struct bitmap *bm, uint32_t from, uint64_t flip)
{
	uint32_t w = from / WORD_BITS;
	uint64_t bits;

	if (from >= bm->nchunks)
		return bm->nchunks;
	bits = (bm->words[w] ^ flip) & UINT64_MAX << from % WORD_BITS;
	while ((bits & valid_bits(bm, w)) == 0) {
		if (++w == words_for(bm->nchunks))
			return bm->nchunks;
		bits = bm->words[w] ^ flip;
	}
	return w * WORD_BITS + __builtin_ctzll(bits);
}

uint32_t
bitmap_next(const struct bitmap *bm, uint32_t from)
{
	return find(bm, from, 0);
}

uint32_t
bitmap_next_missing(const struct bitmap *bm, uint32_t from)
{
	return find(bm, from, UINT64_MAX);
}

uint32_t
bitmap_words(const struct bitmap *bm)
{
	return words_for(bm->nchunks);
}

uint64_t
bitmap_word(const struct bitmap *bm, uint32_t word)
{
	assert(word < words_for(bm->nchunks));
	return bm->words[word];
}

int
bitmap_set_word(struct bitmap *bm, uint32_t word, uint64_t value)
{
	if (word >= words_for(bm->nchunks)) {
		errno = ERANGE;
		return -1;
	}
	value &= valid_bits(bm, word);
	bm->count -= __builtin_popcountll(bm->words[word]);
	bm->count += __builtin_popcountll(value);
	bm->words[word] = value;
	return 0;
}
