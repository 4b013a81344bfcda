/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* words: keeps the newest signed word on each subject.
 *
 * Of two words on the same subject the one with the higher version is kept, and
 * of two with the same version the one with the greater id.  So nodes that have
 * heard the same words, in whatever order, keep the same ones.  Only words that
 * the trusted key, or a chain from it (word.h), has signed are taken.  Without
 * a trusted key no word is taken.
 *
 * Order    words are numbered in the order in which they were taken.  By these
 *          numbers a caller of words_next asks for the words that are new to
 *          it.
 * Limits   WORDS_MAX subjects.  A word that is not newer than the one kept is
 *          recognised as such before its signature is verified.
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

/* Takes the word in buf if it is good, and newer than the word kept on its
 * subject; sets *news to whether it was taken.  Returns WORD_GOOD also if the
 * word is not newer; any other value says why it was refused. */
enum word_verdict words_take(struct words *ws, const uint8_t *buf, size_t len,
			     uint64_t now_s, bool *news);
/* Returns the word in force on a subject, or NULL if there is none.  The
 * pointer is valid until the next word is taken. */
const struct word *words_get(const struct words *ws, const char *subject);
/* Returns the bytes of the next word: of the words whose number is above *from
 * the one with the least number, to which *from is set.  NULL: there is none.
 * To get all words, a caller begins with *from 0. The pointer is valid until
 * the next word is taken. */
const uint8_t *words_next(const struct words *ws, uint64_t *from, size_t *len);

/* Writes to buf the bytes that a line of hexadecimal digits stands for; the
 * line's end may be missing.  Returns the number of bytes; 0: the text is
 * anything else, or too long. */
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
