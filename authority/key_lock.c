/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/key_lock.h"
#include "lib/hex.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <nettle/chacha-poly1305.h>
#include <nettle/memops.h>
#include <nettle/pbkdf2.h>

#define WORD "locked "
#define VERSION_1 "locked 1 "

_Static_assert(KEY_LOCK_NONCE == CHACHA_POLY1305_NONCE_SIZE, "RFC 8439");
_Static_assert(KEY_LOCK_TAG == CHACHA_POLY1305_DIGEST_SIZE, "RFC 8439");

bool
key_lock_is(const char *text)
{
	return strncmp(text, WORD, strlen(WORD)) == 0;
}

/* Reads exactly n bytes as digits in lower case, and the character `end` after
 * them.  Moves *p behind that.  Returns false if *p has something else. */
static bool
take(const char **p, uint8_t *to, size_t n, char end)
{
	if (strspn(*p, "0123456789abcdef") != 2 * n || !hex_read(*p, to, n))
		return false;
	*p += 2 * n;
	return *(*p)++ == end;
}

static bool
take_rounds(const char **p, uint32_t *rounds)
{
	const char *from = *p;

	for (*rounds = 0; **p >= '0' && **p <= '9'; ++*p) {
		*rounds = *rounds * 10 + (**p - '0');
		if (*rounds > KEY_LOCK_ROUNDS_MAX)
			return false;
	}
	return *from != '0' && *p > from && *(*p)++ == ' ';
}

int
key_lock_parse(const char *text, struct key_lock *l)
{
	const char *p = text + strlen(VERSION_1);

	if (strncmp(text, VERSION_1, strlen(VERSION_1)) == 0 &&
	    take_rounds(&p, &l->rounds) &&
	    take(&p, l->salt, sizeof l->salt, ' ') &&
	    take(&p, l->nonce, sizeof l->nonce, ' ') &&
	    take(&p, l->sealed, sizeof l->sealed, '\0'))
		return 0;
	errno = EINVAL;
	return -1;
}

static char *
put(char *to, const uint8_t *b, size_t n)
{
	*to++ = ' ';
	return hex_write(b, n, to);
}

char *
key_lock_text(const struct key_lock *l, char to[KEY_LOCK_TEXT])
{
	char *p = to + sprintf(to, VERSION_1 "%u", l->rounds);

	p = put(p, l->salt, sizeof l->salt);
	p = put(p, l->nonce, sizeof l->nonce);
	put(p, l->sealed, sizeof l->sealed);
	return to;
}

static void
set_key(struct chacha_poly1305_ctx *c, const struct key_lock *l,
	const char *passphrase)
{
	uint8_t key[CHACHA_POLY1305_KEY_SIZE];

	pbkdf2_hmac_sha256(strlen(passphrase), (const uint8_t *)passphrase,
			   l->rounds, sizeof l->salt, l->salt, sizeof key, key);
	chacha_poly1305_set_key(c, key);
	chacha_poly1305_set_nonce(c, l->nonce);
	explicit_bzero(key, sizeof key);
}

int
key_lock(struct key_lock *l, const uint8_t secret[KEY_LOCK_SECRET],
	 const char *passphrase)
{
	struct chacha_poly1305_ctx c;

	l->rounds = KEY_LOCK_ROUNDS;
	if (getrandom(l->salt, sizeof l->salt, 0) != sizeof l->salt ||
	    getrandom(l->nonce, sizeof l->nonce, 0) != sizeof l->nonce)
		return -1;
	set_key(&c, l, passphrase);
	chacha_poly1305_encrypt(&c, KEY_LOCK_SECRET, l->sealed, secret);
	chacha_poly1305_digest(&c, KEY_LOCK_TAG, l->sealed + KEY_LOCK_SECRET);
	explicit_bzero(&c, sizeof c);
	return 0;
}

int
key_unlock(const struct key_lock *l, const char *passphrase,
	   uint8_t secret[KEY_LOCK_SECRET])
{
	uint8_t tag[KEY_LOCK_TAG];
	struct chacha_poly1305_ctx c;
	bool same;

	set_key(&c, l, passphrase);
	chacha_poly1305_decrypt(&c, KEY_LOCK_SECRET, secret, l->sealed);
	chacha_poly1305_digest(&c, sizeof tag, tag);
	explicit_bzero(&c, sizeof c);
	same = memeql_sec(tag, l->sealed + KEY_LOCK_SECRET, sizeof tag);
	if (same)
		return 0;
	explicit_bzero(secret, KEY_LOCK_SECRET);
	errno = EKEYREJECTED;
	return -1;
}
