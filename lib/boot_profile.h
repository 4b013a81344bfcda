/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_profile: a list of the chunks of an image, in the order in which a
 * machine that boots reads them.
 *
 * A profile is a hint and no more: whatever it says, every chunk is checked by
 * its hash.  It is recorded once, during a real boot; on every later boot its
 * chunks are fetched ahead in that order.
 *
 * File format (IMAGE.vfp), lines of text:
 *   vfield-profile 1
 *   image ID         the id of the image, 64 digits
 *   digest SHA-256   the digest of all lines that follow, 64 digits
 *   17               the number of a chunk,
 *   18-40            or the first and the last of several in a row
 * The chunks stand in the order in which they were first read, each once.
 *
 * Errors  a function that fails returns NULL and sets errno; profile_parse and
 *         profile_load also set *why to a text that says what is wrong.
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
	uint32_t chunks[];
};

/* Parses the profile of an image of nchunks chunks, and returns it.  The number
 * of a chunk beyond these is an error. */
struct profile *profile_parse(const char *text, size_t len, uint32_t nchunks,
			      const char **why);
struct profile *profile_load(const char *path, uint32_t nchunks,
			     const char **why);
/* Returns an empty profile (n is 0) with room for max chunks. */
struct profile *profile_new(const struct digest *image, uint32_t max);
/* Returns the profile as text, malloc'ed and NUL-terminated, and its length in
 * *len. */
char *profile_text(const struct profile *p, size_t *len);

#endif
