/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key: Ed25519 keys (RFC 8032), by nettle: the administrator's, whose words a
 * cluster takes (word.h), and restricted ones that it has vouched for.
 *
 * A key's directory has three files, of hexadecimal digits in lines:
 *
 *   key        the private half, mode 0600
 *   key.pub    the public half, which is what others trust
 *   key.chain  words that lead from an older key to this one, if there are any
 *
 * Errors   -1 and errno; EINVAL: the file does not hold what it should.
 */
#ifndef VF_AUTHORITY_KEY_H
#define VF_AUTHORITY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_BYTES 32
#define KEY_SIGNATURE 64
#define KEY_TEXT 65 /* digits of a half, with the final NUL */
/* Bytes of a chain, at most; word.h has a word's. */
#define KEY_CHAIN_MAX 760

struct key_public {
	uint8_t b[KEY_BYTES];
};

struct key_pair {
	uint8_t secret[KEY_BYTES];
	struct key_public pub;
	uint8_t chain[KEY_CHAIN_MAX]; /* as a word has it */
	size_t nchain;                /* bytes */
};

bool key_equal(const struct key_public *a, const struct key_public *b);
/* 64 digits of either case, and nothing else, or -1, EINVAL. */
int key_parse(const char *text, struct key_public *k);
char *key_text(const struct key_public *k, char to[KEY_TEXT]);

/* A new pair, by the kernel's random numbers. */
int key_make(struct key_pair *k);
/* The pair of this private half. */
void key_from_secret(struct key_pair *k, const uint8_t secret[KEY_BYTES]);
void key_sign(const struct key_pair *k, const void *msg, size_t len,
	      uint8_t signature[KEY_SIGNATURE]);
bool key_verify(const struct key_public *k, const void *msg, size_t len,
		const uint8_t signature[KEY_SIGNATURE]);

/* Reads a pair from a directory, or from a file that is like `key`, or, if path
 * is "-", such a file from the standard input.  A private half that others can
 * read is refused: EPERM. */
int key_read(const char *path, struct key_pair *k);
/* Writes a pair to the directory, which is made (0700) if there is none.  A key
 * that is there already is not replaced: EEXIST, unless `over`; it is then in
 * key.old. */
int key_write(const char *dir, const struct key_pair *k, bool over);

#endif
