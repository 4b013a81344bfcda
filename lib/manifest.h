/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* manifest: describes an image by its name, UUID, size, chunk size, and the
 * SHA-256 of each chunk.  The SHA-256 of the manifest's encoding is the image's
 * id.  Images with the same bytes, name and chunk size have the same manifest,
 * and so the same id.
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
 *      Type 1 has the hashes of leaves, by which parts of a chunk can be
 *      checked:
 *        4  leaf size in bytes, a power of two below the chunk size
 *       32  for each leaf of the image: its SHA-256
 * versions 1 and 2:
 *  32  for each chunk: its SHA-256; the last chunk is hashed at its true
 *      length.  The file ends here.
 *
 * Versions  versions from MANIFEST_VERSION_MIN to MANIFEST_VERSION_MAX can be
 *           read; a new manifest has MANIFEST_VERSION_MAX.  When a manifest
 *           that was read is encoded again, it keeps its version and all of its
 *           fields, since its id depends on every byte.  An optional field of
 *           an unknown type is skipped: so a field that a reader must know, to
 *           read the image right, needs a new version.
 *
 * Errors   a function that fails returns NULL or -1 and sets errno.  If `why`
 *          is not NULL, it sets *why to a text that says what is wrong; the
 *          text must not be freed.
 */
#ifndef VF_LIB_MANIFEST_H
#define VF_LIB_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"

#define MANIFEST_NAME_AT 41  /* bytes before the name in the encoding */
#define MANIFEST_NAME_MAX 64 /* most bytes of a name, without the NUL */
#define MANIFEST_CHUNK_MIN (4U << 10)
#define MANIFEST_CHUNK_MAX (4U << 20)
#define MANIFEST_CHUNK_DEFAULT (128U << 10)
#define MANIFEST_CHUNKS_MAX (1U << 21)
#define MANIFEST_VERSION_MIN 1
#define MANIFEST_VERSION_MAX 2
#define MANIFEST_SHA256 1 /* the only algorithm of hashes that there is */
#define MANIFEST_LEAF_MIN 512
/* The most bytes of optional fields.  Arbitrary: the hashes of a million
 * leaves, about as many as an image of 16 GiB has at 16 KiB each. */
#define MANIFEST_FIELDS_MAX (32U << 20)
#define MANIFEST_BYTES_MAX                                                     \
	(46U + MANIFEST_NAME_MAX + MANIFEST_FIELDS_MAX +                       \
	 32U * MANIFEST_CHUNKS_MAX)

struct manifest {
	uint32_t version;
	char name[MANIFEST_NAME_MAX + 1];
	uint8_t uuid[16];
	uint64_t size;       /* bytes of the image */
	uint32_t chunk_size; /* bytes of each chunk; the last may have less */
	uint32_t nchunks;    /* number of chunks; 0 for an empty image */
	struct digest id;
	/* the hash of each chunk; freed with the manifest */
	struct digest *chunks;
	/* the optional fields, as encoded; freed with the manifest; NULL:
	 * none */
	uint8_t *fields;
	uint32_t fields_len; /* bytes of `fields` */
};

bool manifest_name_ok(const char *name, size_t len);
bool manifest_chunk_size_ok(uint32_t size);
/* Sets *nchunks to the number of chunks, which may be 0, of an image of `size`
 * bytes.  Returns false if that is more than MANIFEST_CHUNKS_MAX. */
bool manifest_count_chunks(uint64_t size, uint32_t chunk_size,
			   uint32_t *nchunks);

/* Decodes a manifest and checks every field.  Unless the bytes are exactly one
 * correct manifest, returns NULL, with errno EINVAL, and sets *why. */
struct manifest *manifest_decode(const void *buf, size_t len, const char **why);
/* Reads a manifest from fd, up to the end of the file, and returns it
 * decoded. */
struct manifest *manifest_read(int fd, const char **why);
struct manifest *manifest_load(const char *path, const char **why);
void manifest_free(struct manifest *m);

/* Returns the manifest's encoding, malloc'ed, with its length in *len; also
 * sets m->id.  Returns NULL if there is no memory (ENOMEM). */
uint8_t *manifest_encode(struct manifest *m, size_t *len);
/* Writes the manifest to path atomically: writes a file beside path, syncs it,
 * and renames it to path.  Returns 0, or -1 and errno. */
int manifest_save(struct manifest *m, const char *path);

/* Hashes the image at fd and makes its manifest (manifest_create.c).  Fails
 * with EINVAL if name or chunk_size is not valid, with ETXTBSY if the file was
 * written to meanwhile.  `progress`, if not NULL, is called after each chunk
 * with the bytes hashed so far and the size of the image. */
struct manifest *manifest_create(int fd, const char *name, uint32_t chunk_size,
				 void (*progress)(uint64_t done,
						  uint64_t size));

/* Returns the length of a chunk in bytes: the chunk size, or less for the last.
 */
uint32_t manifest_chunk_len(const struct manifest *m, uint32_t chunk);
bool manifest_chunk_ok(const struct manifest *m, uint32_t chunk,
		       const void *data);

#endif
