/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/digest.h"
#include "lib/hex.h"

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
	hex_write(d->b, sizeof d->b, to);
	return to;
}

int
digest_parse(const char *hex, size_t len, struct digest *d)
{
	struct digest got;

	if (len == DIGEST_HEX - 1 && hex_read(hex, got.b, sizeof got.b)) {
		*d = got;
		return 0;
	}
	errno = EINVAL;
	return -1;
}
