/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_profile: in which order a machine that boots reads the chunks of an
 * image.
 *
 * A hint, and no more: whatever it says, every chunk is checked by its hash.
 * It is recorded once, on a real boot, and fetched ahead by every later one.
 *
 * File format (IMAGE.vfp), lines of text:
 *   vfield-profile 1
 *   image ID         64 digits: what it was recorded of
 *   digest SHA-256   64 digits: of all lines that follow
 *   17               a chunk,
 *   18-40            or several in a row, in the order of their first reads
 * No chunk comes twice.
 *
 * Errors  NULL or -1 and errno; EINVAL: not such a file, and *why.
 */
#ifndef VF_LIB_BOOT_PROFILE_H
#define VF_LIB_BOOT_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"

#define PROFILE_BYTES_MAX (1U << 20)
#define PROFILE_CHUNKS_MAX (1U << 16)

struct profile {
	struct digest image;
	uint32_t n;
	uint32_t chunks[]; /* n of them */
};

/* Parses the profile of an image of nchunks: no chunk may be beyond. */
struct profile *profile_parse(const char *text, size_t len, uint32_t nchunks,
			      const char **why);
struct profile *profile_load(const char *path, uint32_t nchunks,
			     const char **why);
/* A profile with room for max chunks, n = 0. */
struct profile *profile_new(const struct digest *image, uint32_t max);
/* The profile as text, malloc'ed, NUL-terminated; its length goes to *len. */
char *profile_text(const struct profile *p, size_t *len);

#endif
