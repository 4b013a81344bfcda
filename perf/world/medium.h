/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* medium: a machine's disk with its part of one image, whoever runs:
 * lib/store.h is implemented on it, for a router.  The plugin looks at it
 * directly.
 */
#ifndef VF_PERF_WORLD_MEDIUM_H
#define VF_PERF_WORLD_MEDIUM_H

#include "lib/store.h"
#include "perf/world/chunk.h"
#include "perf/world/machine.h"

struct medium;

/* NULL: the machine has nothing of that image. */
struct medium *medium_find(const struct machine *m, const struct digest *image);
const struct manifest *medium_manifest(const struct medium *d);
uint32_t medium_chunk_at(const struct medium *d, uint64_t offset);
/* A chunk that is held there; false: it is not. */
bool medium_read(struct medium *d, uint32_t chunk, struct chunk *c);
/* The chunk is there and right. */
bool medium_has(const struct medium *d, uint32_t chunk);
/* The bytes of a chunk of a store that is open. */
struct chunk medium_chunk(const struct store *s, uint32_t chunk);

/* --- faults --- */

/* No chunk is kept any more (ENOSPC), or they are again. */
void medium_fill(struct machine *m, bool full);
/* A chunk that is held has other bytes from now on; false: none is. */
bool medium_damage(struct medium *d, uint32_t chunk);
/* The store is empty, as after a reinstallation.  Nobody has it open. */
void medium_wipe(struct machine *m);

#endif
