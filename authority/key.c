/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/eddsa.h>

#include "authority/key_lock.h"
#include "authority/secret_file.h"
#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/hex.h"
#include "lib/path_in.h"
#include "lib/write_anew.h"

_Static_assert(KEY_BYTES == ED25519_KEY_SIZE, "Ed25519");
_Static_assert(KEY_BYTES == DIGEST_SIZE, "as many digits as a digest has");
_Static_assert(KEY_BYTES == KEY_LOCK_SECRET, "what key_lock seals");
_Static_assert(KEY_SIGNATURE == ED25519_SIGNATURE_SIZE, "Ed25519");

bool
key_equal(const struct key_public *a, const struct key_public *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

int
key_parse(const char *text, struct key_public *k)
{
	struct digest d;

	if (digest_parse(text, strlen(text), &d) == -1)
		return -1;
	memcpy(k->b, d.b, sizeof k->b);
	return 0;
}

char *
key_text(const struct key_public *k, char to[KEY_TEXT])
{
	struct digest d;

	memcpy(d.b, k->b, sizeof d.b);
	return digest_hex(&d, to);
}

void
key_from_secret(struct key_pair *k, const uint8_t secret[KEY_BYTES])
{
	memset(k, 0, sizeof *k);
	memcpy(k->secret, secret, sizeof k->secret);
	ed25519_sha512_public_key(k->pub.b, k->secret);
}

int
key_make(struct key_pair *k)
{
	uint8_t secret[KEY_BYTES];

	if (getrandom(secret, sizeof secret, 0) != sizeof secret)
		return -1;
	key_from_secret(k, secret);
	explicit_bzero(secret, sizeof secret);
	return 0;
}

void
key_sign(const struct key_pair *k, const void *msg, size_t len,
	 uint8_t signature[KEY_SIGNATURE])
{
	ed25519_sha512_sign(k->pub.b, k->secret, len, msg, signature);
}

bool
key_verify(const struct key_public *k, const void *msg, size_t len,
	   const uint8_t signature[KEY_SIGNATURE])
{
	return ed25519_sha512_verify(k->b, len, msg, signature) == 1;
}

/* Functions for a key's files. */

/* Reads the first line of f, without its end, into text.  Returns 0, or -1 and
 * errno; EINVAL: there is no line, or it is longer. */
static int
read_line(FILE *f, char *text, size_t size)
{
	bool read = fgets(text, size, f) != NULL;
	size_t len = read ? strcspn(text, "\r\n") : 0;

	if (read && (text[len] != '\0' || len < size - 1)) {
		text[len] = '\0';
		return 0;
	}
	errno = ferror(f) ? EIO : EINVAL;
	return -1;
}

static int
parse_secret(const char *text, struct key_pair *k)
{
	struct digest d;
	int ret = digest_parse(text, strlen(text), &d);

	if (ret == 0)
		key_from_secret(k, d.b);
	explicit_bzero(&d, sizeof d);
	return ret;
}

/* Asks for the passphrase that opens the line `text` of the file at path. */
static int
unlock(const char *text, const char *path, struct key_pair *k)
{
	char passphrase[PASSPHRASE_MAX] = "";
	uint8_t secret[KEY_BYTES];
	struct key_lock l;
	int ret = key_lock_parse(text, &l);

	if (ret == 0)
		ret = passphrase_read(path, false, passphrase);
	if (ret == 0)
		ret = key_unlock(&l, passphrase, secret);
	if (ret == 0) {
		key_from_secret(k, secret);
		strcpy(k->passphrase, passphrase);
	}
	explicit_bzero(passphrase, sizeof passphrase);
	explicit_bzero(secret, sizeof secret);
	return ret;
}

static int
read_secret(FILE *f, const char *path, struct key_pair *k)
{
	char text[KEY_LOCK_TEXT + 2];
	int ret = read_line(f, text, sizeof text);

	if (ret == 0)
		ret = key_lock_is(text) ? unlock(text, path, k)
					: parse_secret(text, k);
	explicit_bzero(text, sizeof text);
	return ret;
}

/* Reads the chain from DIR/key.chain; a missing file is an empty chain.  The
 * digits end with the line, so a file that was cut off is malformed, not a
 * shorter chain. */
static int
read_chain(const char *dir, struct key_pair *k)
{
	AUTO_FREE char *path = path_in(dir, "key.chain");
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char text[2 * KEY_CHAIN_MAX + 3] = "";
	unsigned byte;
	size_t len;

	if (f == NULL)
		return errno == ENOENT ? 0 : -1;
	if (fgets(text, sizeof text, f) == NULL && ferror(f))
		return -1;
	len = strspn(text, "0123456789abcdefABCDEF");
	if (strcspn(text, "\r\n") != len || text[len] == '\0' || len % 2 != 0 ||
	    len > 2 * KEY_CHAIN_MAX) {
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; i < len; i += 2) {
		sscanf(text + i, "%2x", &byte);
		k->chain[k->nchain++] = byte;
	}
	return 0;
}

static int
read_file(const char *path, struct key_pair *k)
{
	AUTO_FCLOSE FILE *f = secret_open(path);

	return f != NULL ? read_secret(f, path, k) : -1;
}

int
key_read(const char *path, struct key_pair *k)
{
	AUTO_FREE char *in = NULL;
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_secret(stdin, "the key", k);
	if (stat(path, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode))
		return read_file(path, k);
	in = path_in(path, "key");
	if (read_file(in, k) == -1)
		return -1;
	return read_chain(path, k);
}

/* Reads key.pub of dir. */
static int
read_public(const char *dir, struct key_public *k)
{
	AUTO_FREE char *path = path_in(dir, "key.pub");
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char text[KEY_TEXT + 2];

	if (f == NULL || read_line(f, text, sizeof text) == -1)
		return -1;
	return key_parse(text, k);
}

int
key_read_secret(const char *path, struct key_pair *k)
{
	AUTO_CLOSE int fd =
	    open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char text[KEY_TEXT + 2] = "";
	struct stat st;
	int ret = -1;

	if (fd == -1 || fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode))
		errno = EINVAL;
	else if ((st.st_mode & 077) != 0)
		errno = EPERM;
	else if (pread(fd, text, sizeof text - 1, 0) != -1) {
		text[strcspn(text, "\n")] = '\0';
		ret = parse_secret(text, k);
	}
	explicit_bzero(text, sizeof text);
	return ret;
}

int
key_read_public(const char *dir, struct key_public *k, bool *locked)
{
	AUTO_FREE char *path = path_in(dir, "key");
	AUTO_FCLOSE FILE *f = secret_open(path);
	char text[KEY_LOCK_TEXT + 2];
	struct key_pair pair;
	int ret = f != NULL ? read_line(f, text, sizeof text) : -1;

	*locked = ret == 0 && key_lock_is(text);
	if (*locked)
		return read_public(dir, k);
	if (ret == 0)
		ret = parse_secret(text, &pair);
	if (ret == 0)
		*k = pair.pub;
	explicit_bzero(text, sizeof text);
	explicit_bzero(&pair, sizeof pair);
	return ret;
}

const char *
key_trouble(int error)
{
	switch (error) {
	case EINVAL:
		return "not a private key";
	case EPERM:
		return "others can read this private key: chmod 600";
	case EKEYREJECTED:
		return "wrong passphrase";
	case ENXIO:
		return "has a passphrase, and there is no terminal to ask "
		       "for it: " PASSPHRASE_FILE " may name a file with it";
	case ENOKEY:
		return "the file with its passphrase cannot be read";
	case ENODATA:
		return "a passphrase has 1 to 255 bytes";
	case EAGAIN:
		return "the two passphrases differ";
	}
	return strerror(error);
}

static int
put_digits(const char *dir, const char *name, const uint8_t *data, size_t len,
	   mode_t mode)
{
	AUTO_FREE char *path = path_in(dir, name);
	char text[2 * KEY_CHAIN_MAX + 2];
	int ret;

	strcpy(hex_write(data, len, text), "\n");
	ret = write_anew_bytes(path, text, 2 * len + 1, mode);
	explicit_bzero(text, sizeof text);
	return ret;
}

static int
put_locked(const char *dir, const struct key_pair *k)
{
	AUTO_FREE char *path = path_in(dir, "key");
	char text[KEY_LOCK_TEXT + 1];
	struct key_lock l;

	if (key_lock(&l, k->secret, k->passphrase) == -1)
		return -1;
	strcat(key_lock_text(&l, text), "\n");
	return write_anew_bytes(path, text, strlen(text), 0600);
}

/* If dir has a file `key`, renames it to key.old, so that nobody loses a key by
 * mistake.  Returns 0, or -1 and errno; EEXIST: dir has a key, and `over` is
 * false. */
static int
make_way(const char *dir, bool over)
{
	AUTO_FREE char *key = path_in(dir, "key"),
		       *old = path_in(dir, "key.old");

	if (access(key, F_OK) == -1)
		return 0;
	if (!over) {
		errno = EEXIST;
		return -1;
	}
	return rename(key, old);
}

int
key_write(const char *dir, const struct key_pair *k, bool over)
{
	if ((mkdir(dir, 0700) == -1 && errno != EEXIST) ||
	    make_way(dir, over) == -1)
		return -1;
	if (put_digits(dir, "key.chain", k->chain, k->nchain, 0644) == -1 ||
	    put_digits(dir, "key.pub", k->pub.b, KEY_BYTES, 0644) == -1)
		return -1;
	if (k->passphrase[0] != '\0')
		return put_locked(dir, k);
	return put_digits(dir, "key", k->secret, KEY_BYTES, 0600);
}
