/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* manifest: the description of an image: name, UUID, size, chunk size, a
 * SHA-256 per chunk.  The SHA-256 of its encoding is the image id.  The same
 * bytes, name and chunk size give the same manifest, and so the same id.
 *
 * File format (.vfm), big-endian:
 *   8  magic "VFMANIF\n"
 *   4  version, 1 or 2
 *   4  chunk size in bytes, a power of two
 *   8  image size in bytes
 *  16  UUID: name-based (RFC 9562, version 5) from name, chunk size, size and
 *      hashes.  Version 1 of the format had a random one.
 *   1  length of the name, then the name: [A-Za-z0-9_][A-Za-z0-9._-]*
 * version 2 alone:
 *   1  algorithm of the hashes, 1: SHA-256
 *   4  bytes of optional fields, then the fields, in ascending order of type:
 *        2  type
 *        4  bytes of data, then the data
 *      Type 1 is the hashes of leaves, in which a chunk can be checked by
 * parts: 4  leaf size in bytes, a power of two, less than the chunk size 32 per
 * leaf of the image: its SHA-256 both: 32  per chunk: its SHA-256; the last
 * chunk is hashed at its true length and nothing after it.
 *
 * Versions  MANIFEST_VERSION_MIN to _MAX are read, the latter is written.  A
 *           manifest that was read is encoded again in its own version with all
 *           of its fields, since its id depends on every byte.  An optional
 *           field of an unknown type is passed over; what a reader must know
 *           to read an image right needs a new version.
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

#define MANIFEST_NAME_AT 41  /* bytes before the name in the encoding */
#define MANIFEST_NAME_MAX 64 /* bytes, without the NUL */
#define MANIFEST_CHUNK_MIN (4U << 10)
#define MANIFEST_CHUNK_MAX (4U << 20)
#define MANIFEST_CHUNK_DEFAULT (128U << 10)
#define MANIFEST_CHUNKS_MAX (1U << 21)
#define MANIFEST_VERSION_MIN 1
#define MANIFEST_VERSION_MAX 2
#define MANIFEST_SHA256 1 /* the only algorithm */
#define MANIFEST_LEAF_MIN 512
/* Bytes; chosen: the leaves of 16 GiB at 16 KiB each. */
#define MANIFEST_FIELDS_MAX (32U << 20)
#define MANIFEST_BYTES_MAX                                                     \
	(46U + MANIFEST_NAME_MAX + MANIFEST_FIELDS_MAX +                       \
	 32U * MANIFEST_CHUNKS_MAX)

struct manifest {
	uint32_t version;
	char name[MANIFEST_NAME_MAX + 1];
	uint8_t uuid[16];
	uint64_t size;       /* bytes */
	uint32_t chunk_size; /* bytes */
	uint32_t nchunks;    /* 0 for an empty image */
	struct digest id;
	struct digest *chunks; /* nchunks of them, owned */
	uint8_t *fields;       /* optional fields, encoded; owned, or NULL */
	uint32_t fields_len;   /* bytes */
};

bool manifest_name_ok(const char *name, size_t len);
bool manifest_chunk_size_ok(uint32_t size);
/* The number of chunks may be 0.  Returns false if there are too many. */
bool manifest_count_chunks(uint64_t size, uint32_t chunk_size,
			   uint32_t *nchunks);

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

/* manifest_create.c: hash the image at fd (chunk_size and name valid, or
 * EINVAL).  ETXTBSY: somebody wrote to the file meanwhile.  progress, if not
 * NULL, is called after each chunk with the bytes done and the size. */
struct manifest *manifest_create(int fd, const char *name, uint32_t chunk_size,
				 void (*progress)(uint64_t done,
						  uint64_t size));

/* Length in bytes of a chunk: the chunk size, or less for the last. */
uint32_t manifest_chunk_len(const struct manifest *m, uint32_t chunk);
bool manifest_chunk_ok(const struct manifest *m, uint32_t chunk,
		       const void *data);

#endif
