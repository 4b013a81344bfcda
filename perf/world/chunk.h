/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* chunk: the stand-in for a chunk's bytes in a world: the number of the chunk,
 * the number of the image, and whether the bytes are right.  A router's buffer
 * for a chunk has a struct chunk in the place of the bytes (bytes.c).
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
/* Returns the right bytes of chunk `number` of the image whose manifest is m.
 */
struct chunk chunk_of(const struct manifest *m, uint32_t number);
/* Returns whether c has the right bytes of chunk `number` of the image whose
 * manifest is m. */
bool chunk_is(const struct manifest *m, uint32_t number, const struct chunk *c);

#endif
