/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/hkdf.h"

#include <assert.h>
#include <string.h>

#include <nettle/hkdf.h>
#include <nettle/hmac.h>

#define UPDATE ((nettle_hash_update_func *)hmac_sha256_update)
#define DIGEST ((nettle_hash_digest_func *)hmac_sha256_digest)

void
hkdf_sha256(struct hkdf_input secret, struct hkdf_input salt,
	    struct hkdf_input info, uint8_t *to, size_t len)
{
	struct hmac_sha256_ctx ctx;
	uint8_t prk[SHA256_DIGEST_SIZE];

	assert(len <= HKDF_MAX);
	hmac_sha256_set_key(&ctx, salt.len, salt.b);
	hkdf_extract(&ctx, UPDATE, DIGEST, sizeof prk, secret.len, secret.b,
		     prk);
	hmac_sha256_set_key(&ctx, sizeof prk, prk);
	hkdf_expand(&ctx, UPDATE, DIGEST, sizeof prk, info.len, info.b, len,
		    to);
	explicit_bzero(prk, sizeof prk);
	explicit_bzero(&ctx, sizeof ctx);
}
