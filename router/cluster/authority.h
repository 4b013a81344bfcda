/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* authority: the words that this node takes, because the key that it trusts has
 * signed them; and what it was told beside them.
 *
 * Words are heard from members and from the administrator, and kept in
 * RUN-DIR/words, and in STORE-DIR/words, which may outlive a power cut. Without
 * a key that is trusted there are none, and nodes' own words count
 * (image_choice.h).
 *
 * Errors   a word that is not taken is counted; the first one of a kind is
 *          logged, and the last one is kept for the status.
 */
#ifndef VF_ROUTER_CLUSTER_AUTHORITY_H
#define VF_ROUTER_CLUSTER_AUTHORITY_H

#include "authority/words.h"

struct authority;

struct authority_setup {
	const struct key_public *trust; /* NULL: none */
	const char *first; /* a file of words to begin with, or NULL */
	const char *run_dir;
	const char *store_dir;
};

/* NULL: ENOMEM. */
struct authority *authority_new(const struct authority_setup *s);
void authority_free(struct authority *a);

const struct words *authority_words(const struct authority *a);
bool authority_trusts(const struct authority *a);

/* A signed word; `from` says who has said it.  True: it is news. */
bool authority_hear(struct authority *a, const uint8_t *buf, size_t len,
		    const char *from);
/* The same, in hexadecimal digits; NULL: it is in force now, or was already,
 * else why not. */
const char *authority_hear_text(struct authority *a, const char *digits,
				const char *from);
/* A node has said what no key has signed. */
void authority_unsigned(struct authority *a, const char *from);

/* Words that were not taken, ever; and the last one with its reason, or "". */
uint64_t authority_refused(const struct authority *a, const char **last);

#endif
