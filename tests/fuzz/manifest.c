/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Decodes arbitrary bytes as a manifest.  A manifest that is accepted must
 * encode to the same bytes, and its chunks must add up to the size of the
 * image. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(struct manifest *m, const uint8_t *data, size_t len)
{
	struct digest id = m->id;
	uint64_t total = 0;
	size_t encoded_len;
	uint8_t *encoded;

	assert(manifest_name_ok(m->name, strlen(m->name)));
	for (uint32_t c = 0; c < m->nchunks; c++)
		total += manifest_chunk_len(m, c);
	assert(total == m->size);
	encoded = manifest_encode(m, &encoded_len);
	assert(encoded != NULL && encoded_len == len);
	assert(memcmp(encoded, data, len) == 0);
	assert(digest_equal(&id, &m->id));
	free(encoded);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *why = NULL;
	struct manifest *m = manifest_decode(data, len, &why);

	assert((m == NULL) == (why != NULL));
	if (m != NULL)
		check(m, data, len);
	manifest_free(m);
	return 0;
}
