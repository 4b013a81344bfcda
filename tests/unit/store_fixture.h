/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_fixture: a directory for each test, an image, and short words for
 * what is done to its store.  Included after cmocka.h.
 */
#ifndef VF_TESTS_UNIT_STORE_FIXTURE_H
#define VF_TESTS_UNIT_STORE_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/store.h"

#define CHUNK 4096U
#define LAST 100U /* bytes of the last chunk */
#define N 5U      /* chunks */

static char top[64], dir[80], image[80];

static inline uint8_t
byte_at(uint64_t at)
{
	return at * 2654435761U >> 13;
}

static inline void
right_bytes(uint8_t *buf, uint64_t at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = byte_at(at + i);
}

static inline bool
right(const uint8_t *buf, uint64_t at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (buf[i] != byte_at(at + i))
			return false;
	return true;
}

/* The image as a file, and its manifest. */
static inline struct manifest *
make_image(const char *name, uint32_t chunk_size, uint64_t size)
{
	AUTO_FREE uint8_t *buf = malloc(size + 1);
	AUTO_CLOSE int fd = open(image, O_RDWR | O_CREAT | O_TRUNC, 0666);
	struct manifest *m;

	right_bytes(buf, 0, size);
	assert_int_equal(write(fd, buf, size), size);
	m = manifest_create(fd, name, chunk_size, NULL);
	assert_non_null(m);
	return m;
}

/* The manifest of the usual image; the id is the same each time. */
static inline struct manifest *
usual(void)
{
	return make_image("usual", CHUNK, (N - 1) * CHUNK + LAST);
}

static inline struct store *
create(const char *image_file)
{
	struct store *s = store_create(dir, usual(), image_file);

	assert_non_null(s);
	return s;
}

static inline int
put(struct store *s, uint32_t chunk)
{
	const struct manifest *m = store_manifest(s);
	uint32_t len = manifest_chunk_len(m, chunk);
	AUTO_FREE uint8_t *buf = malloc(len);

	right_bytes(buf, (uint64_t)chunk * m->chunk_size, len);
	return store_put(s, chunk, buf);
}

/* 0 or errno; what was read is right. */
static inline int
get(const struct store *s, uint32_t chunk, uint32_t offset, uint32_t len)
{
	const struct manifest *m = store_manifest(s);
	AUTO_FREE uint8_t *buf = malloc(len + 1);

	if (store_read(s, chunk, offset, buf, len) == -1)
		return errno;
	assert_true(right(buf, (uint64_t)chunk * m->chunk_size + offset, len));
	return 0;
}

static inline void
path_of(const struct store *s, const char *file, char path[256])
{
	char hex[DIGEST_HEX];

	snprintf(path, 256, "%s/%s/%s", dir,
		 digest_hex(&store_manifest(s)->id, hex), file);
}

static inline void
flip(const char *path, off_t at)
{
	AUTO_CLOSE int fd = open(path, O_RDWR);
	uint8_t b;

	assert_int_equal(pread(fd, &b, 1, at), 1);
	b ^= 0x10;
	assert_int_equal(pwrite(fd, &b, 1, at), 1);
}

static inline int
set_up(void **state)
{
	strcpy(top, "/tmp/vf-store.XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	snprintf(dir, sizeof dir, "%s/store", top);
	snprintf(image, sizeof image, "%s/image", top);
	setenv("SOURCE_DATE_EPOCH", "1", 1);
	return 0;
}

static inline int
tear_down(void **state)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf '%s'", top);
	return system(command);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
