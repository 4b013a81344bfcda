/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* digest: computes SHA-256 digests, by nettle, and converts them from and to 64
 * hexadecimal digits. */
#ifndef VF_LIB_DIGEST_H
#define VF_LIB_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32
#define DIGEST_HEX 65 /* bytes of a digest as text, with the final NUL */

struct digest {
	uint8_t b[DIGEST_SIZE];
};

struct digest digest_of(const void *data, size_t len);
/* Sets d[0] and d[1] to the digests of a and b, of len bytes each.  If the
 * processor can hash two texts at once (digest_pair.c), both take little more
 * time than one.
 */
void digest_of_two(const void *a, const void *b, size_t len,
		   struct digest d[2]);
bool digest_equal(const struct digest *a, const struct digest *b);
/* Writes d as hexadecimal digits in lower case, NUL-terminated.  Returns `to`.
 */
char *digest_hex(const struct digest *d, char to[DIGEST_HEX]);
/* Parses hex, which must be exactly 64 digits of either case.  Returns 0, or -1
 * and EINVAL. */
int digest_parse(const char *hex, size_t len, struct digest *d);

#endif
