/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* bitmap: a set of chunks of one image, such as those that a node holds.
 *
 * Units    chunk numbers, 0 to nchunks-1; never byte offsets.
 *          A word is the bits of 64 chunks; bit i of word w is chunk 64*w+i.
 * Threads  no lock inside; whoever owns the bitmap serialises its use.
 * Errors   a function that can fail returns NULL or -1 and sets errno.
 *          A chunk number out of range is a bug in the caller: an assertion
 *          fails.
 */
#ifndef VF_LIB_BITMAP_H
#define VF_LIB_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bitmap;

struct bitmap *bitmap_new(uint32_t nchunks);
void bitmap_free(struct bitmap *bm);

uint32_t bitmap_size(const struct bitmap *bm);
uint32_t bitmap_count(const struct bitmap *bm); /* chunks that are held; O(1) */
bool bitmap_has(const struct bitmap *bm, uint32_t chunk);

/* Marks a chunk as held.  Returns true if the chunk was missing before, so that
 * the caller can announce it exactly once. */
bool bitmap_add(struct bitmap *bm, uint32_t chunk);
/* Marks a chunk as missing.  Returns true if the chunk was held before. */
bool bitmap_remove(struct bitmap *bm, uint32_t chunk);
void bitmap_fill(struct bitmap *bm);

/* Return the first chunk >= `from` that is held (bitmap_next) or missing
 * (bitmap_next_missing), or nchunks if there is none. */
uint32_t bitmap_next(const struct bitmap *bm, uint32_t from);
uint32_t bitmap_next_missing(const struct bitmap *bm, uint32_t from);

/* Get and set the set as words of 64 chunks, which frames on the wire carry.
 * bitmap_set_word ignores bits of chunks beyond nchunks.  If there is no word
 * of that number, which may come from outside, it returns -1 and ERANGE. */
uint32_t bitmap_words(const struct bitmap *bm);
uint64_t bitmap_word(const struct bitmap *bm, uint32_t word);
int bitmap_set_word(struct bitmap *bm, uint32_t word, uint64_t value);

#endif
