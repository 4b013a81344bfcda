/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* words: the newest word of each subject, as the key that is trusted has signed
 * it.
 *
 * Whoever has heard the same words, in whatever order, has the same ones: of
 * two with one subject that with the higher version stays, and of two with one
 * version that whose id has the greater bytes.  Without a key that is trusted
 * none is taken.
 *
 * Readers  are a place in the sequence of changes, as table.h's are.
 * Limits   WORDS_MAX subjects.  A word that is no news costs no arithmetic.
 */
#ifndef VF_AUTHORITY_WORDS_H
#define VF_AUTHORITY_WORDS_H

#include "authority/word.h"

#define WORDS_MAX 16

struct words;

/* trust: NULL if no key is.  NULL: ENOMEM. */
struct words *words_new(const struct key_public *trust);
void words_free(struct words *ws);

/* The key that is trusted; NULL: none is. */
const struct key_public *words_trust(const struct words *ws);

/* The word is taken if it is good and news; *news says whether it was. */
enum word_verdict words_take(struct words *ws, const uint8_t *buf, size_t len,
			     uint64_t now_s, bool *news);
/* The word in force on a subject; NULL: there is none.  For as long as none is
 * taken. */
const struct word *words_get(const struct words *ws, const char *subject);
/* The bytes of the next word that was taken after *from, which becomes its
 * place; NULL: there is none.  For as long as none is taken. */
const uint8_t *words_next(const struct words *ws, uint64_t *from, size_t *len);

/* The bytes of a word in hexadecimal digits, a line's end after them or not:
 * their number; 0: it is no such text. */
size_t words_parse(const char *digits, uint8_t buf[WORD_MAX]);
/* Words are kept in files, each as a line of hexadecimal digits.  The file is
 * written anew as a whole.  -1 and errno. */
int words_save(const struct words *ws, const char *path);
/* Takes what is good of a file, and passes over what is not: their numbers.
 * -1 and errno: it cannot be read. */
int words_load(struct words *ws, const char *path, uint64_t now_s,
	       unsigned *refused);

#endif
