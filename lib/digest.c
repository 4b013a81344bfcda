/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/digest.h"

#include <errno.h>
#include <string.h>

#include <nettle/sha2.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is a SHA-256");

struct digest
digest_of(const void *data, size_t len)
{
	struct sha256_ctx ctx;
	struct digest d;

	sha256_init(&ctx);
	sha256_update(&ctx, len, data);
	sha256_digest(&ctx, sizeof d.b, d.b);
	return d;
}

bool
digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

char *
digest_hex(const struct digest *d, char to[DIGEST_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		to[2 * i] = digits[d->b[i] >> 4];
		to[2 * i + 1] = digits[d->b[i] & 15];
	}
	to[DIGEST_HEX - 1] = '\0';
	return to;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
digest_parse(const char *hex, size_t len, struct digest *d)
{
	struct digest got;

	if (len != DIGEST_HEX - 1)
		goto invalid;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		int high = digit(hex[2 * i]);
		int low = digit(hex[2 * i + 1]);

		if (high == -1 || low == -1)
			goto invalid;
		got.b[i] = high << 4 | low;
	}
	*d = got;
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}
