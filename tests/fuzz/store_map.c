/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Opens a store that was found on a disk, whose map and data are arbitrary
 * bytes. A chunk that counts as held, and all that can be read, has the image's
 * bytes; and a chunk can be put into the store, dropped and put again. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/remove_tree.h"
#include "lib/store.h"
#include "lib/store_inside.h"

#define CHUNK 4096U
#define N 5
#define LAST 100U
#define SIZE ((N - 1) * CHUNK + LAST)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/dev/shm/fuzz.XXXXXX";
static uint8_t image[SIZE];
static uint8_t *manifest;
static size_t manifest_len;

static void
tidy(void)
{
	remove_tree(dir);
}

static void
set_up(void)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	struct manifest *m;

	for (size_t i = 0; i < SIZE; i++)
		image[i] = i * 2654435761U >> 13;
	assert(write(fd, image, SIZE) == SIZE);
	m = manifest_create(fd, "im", CHUNK, NULL);
	assert(m != NULL);
	manifest = manifest_encode(m, &manifest_len);
	assert(manifest != NULL && mkdtemp(dir) != NULL);
	manifest_free(m);
	close(fd);
	atexit(tidy);
}

static struct store *
open_store(void)
{
	const char *why;
	struct manifest *m = manifest_decode(manifest, manifest_len, &why);

	assert(m != NULL);
	return store_create(dir, m, NULL);
}

static uint32_t
chunk_len(uint32_t chunk)
{
	return chunk == N - 1 ? LAST : CHUNK;
}

/* Writes the input's bytes over the store's file from `offset` on.  Returns how
 * many were used. */
static size_t
overwrite(const char *id, const char *name, off_t offset, const uint8_t *data,
	  size_t size)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "%s/%s/%s", dir, id, name);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	assert(fd != -1 && pwrite(fd, data, size, offset) == (ssize_t)size);
	close(fd);
	return size;
}

static bool
read_right(const struct store *s, uint32_t chunk)
{
	uint8_t buf[CHUNK];

	if (store_read(s, chunk, 0, buf, chunk_len(chunk)) == -1)
		return false;
	assert(memcmp(buf, image + chunk * CHUNK, chunk_len(chunk)) == 0);
	return true;
}

static void
use(struct store *s)
{
	for (uint32_t c = 0; c < N; c++) {
		assert(store_state(s, c) != CHUNK_HELD);
		if (store_check(s, c) == 0)
			assert(read_right(s, c));
		else
			assert(!read_right(s, c));
	}
	for (uint32_t c = 0; c < N; c++) {
		store_evict(s, c);
		assert(!read_right(s, c));
		assert(store_put(s, c, image + c * CHUNK) == 0);
		assert(read_right(s, c));
	}
	assert(store_bytes(s) >= SIZE);
}

/* The first byte says which chunks are right in the file of data, the second
 * how much of the map's header is the input's. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[DIGEST_HEX];
	struct store *s;
	uint8_t right;

	if (manifest == NULL)
		set_up();
	if (size < 2)
		return 0;
	s = open_store();
	assert(s != NULL);
	digest_hex(&store_manifest(s)->id, id);
	store_close(s);
	right = data[0];
	for (uint32_t c = 0; c < N; c++)
		if (right & 1 << c)
			overwrite(id, "data", c * CHUNK, image + c * CHUNK,
				  chunk_len(c));
	if (data[1] & 1)
		overwrite(id, "map", data[1] & ~1, data + 2, size - 2);
	else
		overwrite(id, "map", MAP_HEADER, data + 2, size - 2);
	s = open_store();
	assert(s != NULL);
	use(s);
	store_close(s);
	remove_tree(dir);
	assert(mkdir(dir, 0700) == 0);
	return 0;
}
