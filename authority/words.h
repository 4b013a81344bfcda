/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* words: the newest signed word on each subject.
 *
 * Two nodes that have heard the same words, in whatever order, hold the same
 * ones: of two words on one subject that with the higher version stays, and of
 * two with the same version that with the greater id.  Only words that the
 * trusted key leads to (word.h) are taken; without a trusted key none is.
 *
 * Readers  remember a place in the sequence of changes, see words_next.
 * Limits   WORDS_MAX subjects.  A word that is no news is recognised without
 *          verifying its signature.
 */
#ifndef VF_AUTHORITY_WORDS_H
#define VF_AUTHORITY_WORDS_H

#include "authority/word.h"

#define WORDS_MAX 16

struct words;

/* Makes an empty set of words.  trust is copied; NULL: no key is trusted.
 * Returns NULL for ENOMEM. */
struct words *words_new(const struct key_public *trust);
void words_free(struct words *ws);

/* Returns the trusted key; NULL: there is none. */
const struct key_public *words_trust(const struct words *ws);

/* Takes a word that is good and newer than the word held on its subject; *news
 * says whether it was taken.  Returns WORD_GOOD also for a word that is not
 * newer. */
enum word_verdict words_take(struct words *ws, const uint8_t *buf, size_t len,
			     uint64_t now_s, bool *news);
/* Returns the word in force on a subject; NULL: there is none.  Valid until the
 * next word is taken. */
const struct word *words_get(const struct words *ws, const char *subject);
/* Returns the bytes of the first word that was taken after the place *from (0:
 * the beginning), and moves *from to that word; NULL: there is none.  Valid
 * until the next word is taken. */
const uint8_t *words_next(const struct words *ws, uint64_t *from, size_t *len);

/* Parses the bytes of a word from hexadecimal digits, which a line's end may
 * follow.  Returns the number of bytes; 0: the text is something else. */
size_t words_parse(const char *digits, uint8_t buf[WORD_MAX]);
/* Writes all words to a file, each as a line of hexadecimal digits, in place of
 * the old file.  Returns 0, or -1 and errno. */
int words_save(const struct words *ws, const char *path);
/* Takes the good words of such a file.  Returns their number, and in *refused
 * that of the other lines; -1 and errno: the file cannot be read. */
int words_load(struct words *ws, const char *path, uint64_t now_s,
	       unsigned *refused);

#endif
