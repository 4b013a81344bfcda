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
	bool right;
};

/* An image whose hashes are numbers.  The caller frees it. */
struct manifest *chunk_image(uint64_t size, uint32_t chunk_size);

#endif
