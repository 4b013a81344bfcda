/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* manifest: the description of an image: name, UUID, size, chunk size, a
 * SHA-256 per chunk.  The SHA-256 of its encoding is the image id.
 *
 * File format (.vfm), big-endian:
 *   8  magic "VFMANIF\n"
 *   4  version, 1
 *   4  chunk size in bytes, a power of two
 *   8  image size in bytes
 *  16  UUID
 *   1  length of the name, then the name: [A-Za-z0-9_][A-Za-z0-9._-]*
 *  32  per chunk: its SHA-256; the last chunk is hashed at its true length
 * and nothing after it.
 *
 * Errors   NULL or -1 and errno; where a `why` is asked for it points to a
 *          static text that says which field is wrong.
 */
#ifndef VF_LIB_MANIFEST_H
#define VF_LIB_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"

#define MANIFEST_NAME_MAX 64 /* bytes, without the NUL */
#define MANIFEST_CHUNK_MIN (4U << 10)
#define MANIFEST_CHUNK_MAX (4U << 20)
#define MANIFEST_CHUNK_DEFAULT (128U << 10)
#define MANIFEST_CHUNKS_MAX (1U << 21)
#define MANIFEST_BYTES_MAX (41U + MANIFEST_NAME_MAX + 32U * MANIFEST_CHUNKS_MAX)

struct manifest {
	char name[MANIFEST_NAME_MAX + 1];
	uint8_t uuid[16];
	uint64_t size;       /* bytes */
	uint32_t chunk_size; /* bytes */
	uint32_t nchunks;    /* 0 for an empty image */
	struct digest id;
	struct digest *chunks; /* nchunks of them, owned */
};

bool manifest_name_ok(const char *name, size_t len);

/* Every field is checked.  EINVAL, and *why, for anything but a whole and
 * correct manifest. */
struct manifest *manifest_decode(const void *buf, size_t len, const char **why);
/* The rest of what fd has to read. */
struct manifest *manifest_read(int fd, const char **why);
struct manifest *manifest_load(const char *path, const char **why);
void manifest_free(struct manifest *m);

/* The encoding, malloc'ed; also computes m->id.  NULL: ENOMEM. */
uint8_t *manifest_encode(struct manifest *m, size_t *len);
/* Atomic: written beside path, synced, renamed. */
int manifest_save(struct manifest *m, const char *path);

/* Hash the image at fd (chunk_size and name valid, or EINVAL).  progress, if
 * not NULL, is called after each chunk with the bytes done and the size. */
struct manifest *manifest_create(int fd, const char *name, uint32_t chunk_size,
				 void (*progress)(uint64_t done,
						  uint64_t size));

/* Length in bytes of a chunk: the chunk size, or less for the last. */
uint32_t manifest_chunk_len(const struct manifest *m, uint32_t chunk);
bool manifest_chunk_ok(const struct manifest *m, uint32_t chunk,
		       const void *data);

#endif
