/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* words: the newest signed word on each subject.
 *
 * Two nodes that have heard the same words, in whatever order, hold the same
 * ones: of two words on one subject that with the higher version stays, and of
 * two with the same version that with the greater id.  Only words that the
 * trusted key leads to (word.h) are taken; without a trusted key none is.
 *
 * Order    words are numbered in the order in which they were taken, so that a
 *          caller of words_next can ask for those that are new to it.
 * Limits   WORDS_MAX subjects.  A word that is no news is recognised without
 *          verifying its signature.
 */
#ifndef VF_AUTHORITY_WORDS_H
#define VF_AUTHORITY_WORDS_H

#include "authority/word.h"

#define WORDS_MAX 16

struct words;

/* Makes an empty set of words.  Copies `trust`; NULL means that no key is
 * trusted.  Returns NULL if there is no memory (ENOMEM). */
struct words *words_new(const struct key_public *trust);
void words_free(struct words *ws);

/* Returns the trusted key, or NULL if no key is trusted. */
const struct key_public *words_trust(const struct words *ws);

/* Takes a word that is good and newer than the word held on its subject; *news
 * says whether it was taken.  Returns WORD_GOOD also for a word that is not
 * newer. */
enum word_verdict words_take(struct words *ws, const uint8_t *buf, size_t len,
			     uint64_t now_s, bool *news);
/* Returns the word in force on a subject, or NULL if there is none.  The
 * pointer is valid until the next word is taken. */
const struct word *words_get(const struct words *ws, const char *subject);
/* Returns the bytes of the earliest word whose number is above *from (0 for all
 * words), and sets *from to that word's number.  Returns NULL if there is none.
 * The pointer is valid until the next word is taken. */
const uint8_t *words_next(const struct words *ws, uint64_t *from, size_t *len);

/* Parses the bytes of a word from hexadecimal digits, which a line's end may
 * follow.  Returns the number of bytes; 0: the text is something else. */
size_t words_parse(const char *digits, uint8_t buf[WORD_MAX]);
/* Writes all words to a file, each as a line of hexadecimal digits, in place of
 * the old file.  Returns 0, or -1 and errno. */
int words_save(const struct words *ws, const char *path);
/* Reads a file that words_save has written, and takes its good words.  Returns
 * their number, and counts the lines that were refused in *refused.  Returns -1
 * and sets errno if the file cannot be read. */
int words_load(struct words *ws, const char *path, uint64_t now_s,
	       unsigned *refused);

#endif
