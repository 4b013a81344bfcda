/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* chunk: a chunk's bytes, of which a world carries only this: whose they are
 * and whether they are right.  Where a router has a buffer for a chunk's bytes
 * there is one of these (bytes.c).
 */
#ifndef VF_PERF_WORLD_CHUNK_H
#define VF_PERF_WORLD_CHUNK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/manifest.h"

struct chunk {
	uint32_t number;
	uint32_t image; /* a number, in the image's hashes */
	bool right;
};

/* An image whose hashes are numbers, number `image`.  The caller frees it. */
struct manifest *chunk_image(uint32_t image, uint64_t size,
			     uint32_t chunk_size);
struct manifest *chunk_image_copy(const struct manifest *m);
/* The bytes that such an image has there. */
struct chunk chunk_of(const struct manifest *m, uint32_t number);
/* The bytes are the chunk's, and right. */
bool chunk_is(const struct manifest *m, uint32_t number, const struct chunk *c);

#endif
