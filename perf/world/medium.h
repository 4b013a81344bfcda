/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* medium: keeps the chunks of one image on a machine's disk, whether or not a
 * process runs there.  It implements lib/store.h for the router; the model of
 * the plugin reads it directly.
 */
#ifndef VF_PERF_WORLD_MEDIUM_H
#define VF_PERF_WORLD_MEDIUM_H

#include "lib/store.h"
#include "perf/world/chunk.h"
#include "perf/world/machine.h"

struct medium;

/* Returns the medium that machine m has for the image; NULL if m has none. */
struct medium *medium_find(const struct machine *m, const struct digest *image);
const struct manifest *medium_manifest(const struct medium *d);
uint32_t medium_chunk_at(const struct medium *d, uint64_t offset);
enum chunk_state medium_state(const struct medium *d, uint32_t chunk);
/* Reads a chunk into *c as a reader of the store does, which marks nothing.
 * Returns false if the chunk is not HELD; medium_read_found: if the medium
 * lacks the chunk or has wrong bytes of it. */
bool medium_read(const struct medium *d, uint32_t chunk, struct chunk *c);
bool medium_read_found(const struct medium *d, uint32_t chunk, struct chunk *c);
/* Returns true if the medium has the chunk with right bytes. */
bool medium_has(const struct medium *d, uint32_t chunk);
/* Returns the bytes of a chunk of an open store, right or wrong. */
struct chunk medium_chunk(const struct store *s, uint32_t chunk);

/* --- faults --- */

/* Makes writes of chunks to the machine's disk fail with ENOSPC (`full` is
 * true), or work again. */
void medium_fill(struct machine *m, bool full);
/* Makes the bytes of a chunk wrong.  Returns false if the medium does not have
 * the chunk. */
bool medium_damage(struct medium *d, uint32_t chunk);
/* Drops all chunks of the machine, as a reinstallation does. No router may have
 * a store open. */
void medium_wipe(struct machine *m);

#endif
