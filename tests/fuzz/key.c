/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as the file of a private key, locked or not, and as the
 * line of a locked key.  A line that is accepted must be the same when it is
 * printed again, and no passphrase must open it, since none has locked it. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/key.h"
#include "authority/key_lock.h"

/* Most rounds by which a key is derived from a passphrase; more would take all
 * of the fuzzer's time. */
#define ROUNDS 100

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the bytes as a key's file; the first line of the same bytes is the
 * passphrase. */
static void
read_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("key", MFD_CLOEXEC);
	char path[32], text[KEY_TEXT];
	struct key_pair k;

	assert(fd != -1 && fchmod(fd, 0600) == 0);
	assert(write(fd, data, size) == (ssize_t)size);
	sprintf(path, "/proc/self/fd/%d", fd);
	setenv(PASSPHRASE_FILE, path, 1);
	if (key_read(path, &k) == 0) {
		assert(k.nchain == 0 && k.passphrase[0] == '\0');
		key_text(&k.pub, text);
	}
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the input, beyond which the sanitizer sees reads */
	char *text = malloc(size + 1), again[KEY_LOCK_TEXT];
	uint8_t secret[KEY_LOCK_SECRET];
	struct key_lock l;
	bool costly = false;

	memcpy(text, data, size);
	text[size] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (key_lock_parse(text, &l) == 0) {
		assert(key_lock_is(text));
		assert(l.rounds > 0 && l.rounds <= KEY_LOCK_ROUNDS_MAX);
		assert(strcmp(key_lock_text(&l, again), text) == 0);
		costly = l.rounds > ROUNDS;
		assert(costly || (key_unlock(&l, "x", secret) == -1 &&
				  errno == EKEYREJECTED));
	}
	if (!costly)
		read_file(data, size);
	free(text);
	return 0;
}
