/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Parses arbitrary bytes as a boot profile.  A profile that is accepted must
 * name chunks of the image, each at most once, and must be the same after it
 * was written as text and parsed again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/boot_profile.h"

#define NCHUNKS 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct profile *p)
{
	uint8_t seen[NCHUNKS] = {0};
	const char *why;
	struct profile *q;
	size_t len;
	char *text;

	for (uint32_t i = 0; i < p->n; i++) {
		assert(p->chunks[i] < NCHUNKS);
		assert(seen[p->chunks[i]]++ == 0);
	}
	text = profile_text(p, &len);
	assert(text != NULL);
	q = profile_parse(text, len, NCHUNKS, &why);
	assert(q != NULL && q->n == p->n);
	assert(memcmp(q->chunks, p->chunks, p->n * sizeof *p->chunks) == 0);
	free(text);
	free(q);
}

/* Parses the input as it is.  Then parses it again after the first lines of a
 * profile, which have the right digest of the input, since hardly any input
 * would be accepted without these lines. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "vfield-profile 1\nimage ";
	char *text = malloc(size + 256), hex[DIGEST_HEX];
	struct digest d = digest_of(data, size);
	const char *why;
	struct profile *p;
	size_t len;

	assert(text != NULL);
	p = profile_parse((const char *)data, size, NCHUNKS, &why);
	assert((p == NULL) == (why != NULL));
	free(p);
	digest_hex(&d, hex);
	len = sizeof head - 1;
	memcpy(text, head, len);
	memcpy(text + len, hex, 64);
	memcpy(text + len + 64, "\ndigest ", 8);
	memcpy(text + len + 72, hex, 64);
	text[len + 136] = '\n';
	len += 137;
	memcpy(text + len, data, size);
	p = profile_parse(text, len + size, NCHUNKS, &why);
	if (p != NULL)
		check(p);
	free(p);
	free(text);
	return 0;
}
