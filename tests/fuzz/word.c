/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as a signed word (authority/word.h) with its chain, the
 * words that lead from a trusted key to the key that signed it.  All that is
 * read must lie within the bytes, and no word must be accepted, since no input
 * is signed with the trusted key. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "authority/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Offers the signed word w to two sets of words.  One set trusts a fixed key,
 * by which no input is signed; the other trusts the signer whom w names, so
 * that signatures are verified, too. */
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
	/* a copy of the input, beyond which the sanitizer sees reads */
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
