/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* authority: keeps the signed words that are in force on this node: the newest
 * words that the trusted key has signed.  Counts the words that were
 * refused.
 *
 * Words come from members and from the administrator.  They are saved in two
 * files, words in the router's --state-dir and STORE-DIR/words; the latter may
 * outlive a power cut.
 * Where no key is trusted there are no signed words, and the unsigned words of
 * other nodes count (image_choice.h).
 *
 * Errors   a word that is refused is counted.  For each reason the first
 *          refusal is logged; the last refusal is kept for the status.
 */
#ifndef VF_ROUTER_CLUSTER_AUTHORITY_H
#define VF_ROUTER_CLUSTER_AUTHORITY_H

#include "authority/words.h"

struct authority;

struct authority_setup {
	/* the trusted key; NULL: no key is trusted */
	const struct key_public *trust;
	/* a file of words to read at the start; NULL: none */
	const char *first;
	const char *run_dir;
	const char *store_dir;
};

/* Makes an authority, and reads the saved words and the file `first`.  Returns
 * NULL on ENOMEM. */
struct authority *authority_new(const struct authority_setup *s);
void authority_free(struct authority *a);

const struct words *authority_words(const struct authority *a);
bool authority_trusts(const struct authority *a);

/* Takes the signed word in buf if the trusted key has signed it; `from` names
 * the sender, for the log.  Returns true if the word is newer than the one in
 * force. */
bool authority_hear(struct authority *a, const uint8_t *buf, size_t len,
		    const char *from);
/* Takes a signed word in hexadecimal digits, as authority_hear takes one in
 * bytes.  Returns NULL if the word is in force, from now on or already, else
 * the reason why it was refused. */
const char *authority_hear_text(struct authority *a, const char *digits,
				const char *from);
/* Counts and logs an unsigned word of the node named `from` as refused. */
void authority_unsigned(struct authority *a, const char *from);

/* Returns how many words were refused since the router's start.  Sets *last to
 * a text about the last of them, with the reason; "" if there is none. */
uint64_t authority_refused(const struct authority *a, const char **last);

#endif
