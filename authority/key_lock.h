/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key_lock: encrypts a private key with a passphrase, by nettle.  The text that
 * a locked key's file has is one line:
 *
 *   locked 1 ROUNDS SALT NONCE SEALED
 *
 * ROUNDS is a decimal number, the others are hexadecimal digits.  PBKDF2 with
 * HMAC-SHA256 (RFC 8018) makes of the passphrase, the salt of 16 bytes and so
 * many rounds a key for ChaCha20-Poly1305 (RFC 8439), which has sealed the
 * private half: 32 bytes, and 16 by which a wrong passphrase is recognized. */
#ifndef VF_AUTHORITY_KEY_LOCK_H
#define VF_AUTHORITY_KEY_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#define KEY_LOCK_SECRET 32 /* bytes of a private half */
#define KEY_LOCK_SALT 16
#define KEY_LOCK_NONCE 12
#define KEY_LOCK_TAG 16
#define KEY_LOCK_TEXT 256 /* bytes of the line, with the NUL */
/* OWASP, "Password Storage Cheat Sheet", for PBKDF2-HMAC-SHA256; takes half a
 * second of a processor. */
#define KEY_LOCK_ROUNDS 600000
/* More rounds are refused, so that a hostile file takes seconds, not hours. */
#define KEY_LOCK_ROUNDS_MAX 10000000

struct key_lock {
	uint32_t rounds;
	uint8_t salt[KEY_LOCK_SALT];
	uint8_t nonce[KEY_LOCK_NONCE];
	uint8_t sealed[KEY_LOCK_SECRET + KEY_LOCK_TAG];
};

/* Returns whether the text begins as a locked key's does. */
bool key_lock_is(const char *text);
/* Parses the text, which has no newline.  Returns 0, or -1 and EINVAL. */
int key_lock_parse(const char *text, struct key_lock *l);
char *key_lock_text(const struct key_lock *l, char to[KEY_LOCK_TEXT]);

/* Locks a private half.  Returns 0, or -1 and errno: there are no random
 * numbers. */
int key_lock(struct key_lock *l, const uint8_t secret[KEY_LOCK_SECRET],
	     const char *passphrase);
/* Returns 0, or -1 and EKEYREJECTED: another passphrase has locked it, or the
 * text was changed. */
int key_unlock(const struct key_lock *l, const char *passphrase,
	       uint8_t secret[KEY_LOCK_SECRET]);

#endif
