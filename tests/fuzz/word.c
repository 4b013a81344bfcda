/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Any bytes as a word and as a chain: what is read is within its bounds, and
 * none is good, since nobody has the key. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "authority/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nobody has signed with the one key; the bytes may name the other, so that
 * signatures are verified too. */
static void
take(const uint8_t *buf, size_t len, const struct word *w)
{
	static const struct key_public trust = {{1, 2, 3}};
	struct words *ws = words_new(&trust), *any = words_new(&w->signer);
	bool news;

	assert(ws != NULL && any != NULL);
	assert(words_take(ws, buf, len, 1, &news) != WORD_GOOD && !news);
	(void)words_take(any, buf, len, 1, &news);
	words_free(ws);
	words_free(any);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In a buffer of just the right size, so that the sanitizer sees a
	 * byte too many. */
	uint8_t *buf = malloc(size > 0 ? size : 1);
	struct word w;

	memcpy(buf, data, size);
	if (word_read(buf, size, &w) == 0) {
		assert(word_subject_ok(w.subject));
		assert(strlen(w.subjects) <= WORD_SUBJECTS_MAX);
		assert(w.nchain <= size);
		if (w.nchain > 0)
			assert(w.chain > buf &&
			       w.chain + w.nchain < buf + size);
		take(buf, size, &w);
	}
	free(buf);
	return 0;
}
