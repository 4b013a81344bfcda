/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* chunk: describes the bytes of a chunk in a world, which has no such bytes, by
 * the number of the chunk, the number of the image, and whether the bytes are
 * right.  A router's buffer for a chunk has just a struct chunk in it
 * (bytes.c).
 */
#ifndef VF_PERF_WORLD_CHUNK_H
#define VF_PERF_WORLD_CHUNK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/manifest.h"

struct chunk {
	uint32_t number;
	/* number of the image; the hash of each of its chunks contains it */
	uint32_t image;
	bool right;
};

/* Makes the manifest of image number `image`, in which the hash of each chunk
 * is made of the chunk's number and the image's.  The caller frees it. */
struct manifest *chunk_image(uint32_t image, uint64_t size,
			     uint32_t chunk_size);
struct manifest *chunk_image_copy(const struct manifest *m);
/* Returns a struct chunk that stands for the right bytes of chunk `number` of
 * the image whose manifest is m.
 */
struct chunk chunk_of(const struct manifest *m, uint32_t number);
/* Returns true if c stands for the right bytes of chunk `number` of the image
 * whose manifest is m. */
bool chunk_is(const struct manifest *m, uint32_t number, const struct chunk *c);

#endif
