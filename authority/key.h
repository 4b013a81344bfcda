/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key: makes, reads and writes Ed25519 keys (RFC 8032), and signs with them, by
 * nettle.  The administrator's key signs the words that a cluster takes
 * (word.h).  It may also sign a word that vouches for another key, which then
 * may sign words on some subjects.
 *
 * A key's directory has three files, each a line, of hexadecimal digits unless
 * the key has a passphrase:
 *
 *   key        the private half, mode 0600; encrypted (key_lock.h) if it has a
 *              passphrase
 *   key.pub    the public half, which other machines trust
 *   key.chain  words that lead from an older key to this one; may be missing
 *
 * Errors   a function that fails returns -1 and sets errno, of which
 *          key_trouble tells a person.
 */
#ifndef VF_AUTHORITY_KEY_H
#define VF_AUTHORITY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "authority/passphrase.h"

#define KEY_BYTES 32
#define KEY_SIGNATURE 64
#define KEY_TEXT 65 /* bytes of one half in hexadecimal, with the NUL */
/* the most bytes that a key's chain of words (word.h) may have */
#define KEY_CHAIN_MAX 760

struct key_public {
	uint8_t b[KEY_BYTES];
};

struct key_pair {
	uint8_t secret[KEY_BYTES];
	struct key_public pub;
	/* the chain's bytes, encoded as in a word (word.h) */
	uint8_t chain[KEY_CHAIN_MAX];
	size_t nchain; /* bytes of chain */
	/* with which the file `key` is encrypted; "": it is not */
	char passphrase[PASSPHRASE_MAX];
};

bool key_equal(const struct key_public *a, const struct key_public *b);
/* Parses a public key: exactly 64 hexadecimal digits of either case.  Returns
 * 0, or -1 and EINVAL. */
int key_parse(const char *text, struct key_public *k);
char *key_text(const struct key_public *k, char to[KEY_TEXT]);

/* Makes a new pair from the kernel's random numbers.  Returns 0, or -1 and
 * errno. */
int key_make(struct key_pair *k);
/* Sets k to the pair that has the private half `secret`, with an empty
 * chain. */
void key_from_secret(struct key_pair *k, const uint8_t secret[KEY_BYTES]);
void key_sign(const struct key_pair *k, const void *msg, size_t len,
	      uint8_t signature[KEY_SIGNATURE]);
bool key_verify(const struct key_public *k, const void *msg, size_t len,
		const uint8_t signature[KEY_SIGNATURE]);

/* Returns what the errno value of a function of this file means, in a few
 * words. */
const char *key_trouble(int error);

/* Reads a pair into k. The path is that of a key's directory, or of a file like
 * `key`, or "-" for the standard input.  Only a directory has a chain; from the
 * others the pair gets an empty one.  Asks for the passphrase if the key has
 * one. Returns 0, or -1 and errno.  EPERM: other users may open the file that
 * has the private half; EINVAL: a file is malformed; EKEYREJECTED: the
 * passphrase is wrong; others of passphrase_read. */
int key_read(const char *path, struct key_pair *k);
/* Reads a pair without a chain from the file of a private half that has no
 * passphrase, and follows no link.  Nobody is asked for anything.  Returns 0,
 * or -1 and errno, as of key_read; ELOOP: path is a link. */
int key_read_secret(const char *path, struct key_pair *k);
/* Reads the public half of the pair in the directory dir, and sets *locked to
 * whether the private half has a passphrase, for which nobody is asked. Returns
 * 0, or -1 and errno, as of key_read. */
int key_read_public(const char *dir, struct key_public *k, bool *locked);
/* Writes a pair to the directory dir, which is made with mode 0700 if it is
 * missing.  If dir has a key already, the old key is renamed to key.old if
 * `over` is true; else the function fails with EEXIST.  Returns 0, or -1 and
 * errno. */
int key_write(const char *dir, const struct key_pair *k, bool over);

#endif
