/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/codec.h"
#include "lib/manifest.h"

#define CHUNK 4096U

/* Makes a file in memory of `size` bytes, in which all bytes of chunk n are n.
 * Returns its descriptor. */
static int
image(uint64_t size)
{
	int fd = memfd_create("image", 0);
	uint8_t buf[CHUNK];

	for (uint64_t at = 0; at < size; at += CHUNK) {
		size_t len = size - at < CHUNK ? size - at : CHUNK;

		memset(buf, at / CHUNK, sizeof buf);
		assert_int_equal(write(fd, buf, len), len);
	}
	return fd;
}

static struct manifest *
create(uint64_t size)
{
	int fd = image(size);
	struct manifest *m = manifest_create(fd, "debian-12", CHUNK, NULL);

	close(fd);
	assert_non_null(m);
	return m;
}

static void
names(void **state)
{
	static const char *const good[] = {"a",  "_",  "9", "debian-12.1_x",
					   "A.", "a--"};
	static const char *const bad[] = {
	    "",    "-a",  ".",        "..", ".a", "a/", "a/b",
	    "a b", "a\n", "\xc3\xa4", "/",  "a:", "a%", "../etc"};
	char longest[MANIFEST_NAME_MAX + 2];

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(manifest_name_ok(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(manifest_name_ok(bad[i], strlen(bad[i])));
	assert_false(manifest_name_ok("a\0b", 3));
	memset(longest, 'x', sizeof longest);
	assert_true(manifest_name_ok(longest, MANIFEST_NAME_MAX));
	assert_false(manifest_name_ok(longest, MANIFEST_NAME_MAX + 1));
}

static void
round_trip(void **state)
{
	static const uint64_t sizes[] = {0,     1,         CHUNK - 1,
					 CHUNK, CHUNK + 1, 5 * CHUNK + 77};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct manifest *m = create(sizes[i]), *got;
		uint32_t n = (sizes[i] + CHUNK - 1) / CHUNK;
		const char *why = NULL;
		size_t len;
		AUTO_FREE uint8_t *buf = manifest_encode(m, &len);

		got = manifest_decode(buf, len, &why);
		assert_null(why);
		assert_non_null(got);
		assert_string_equal(got->name, "debian-12");
		assert_int_equal(got->size, sizes[i]);
		assert_int_equal(got->nchunks, n);
		assert_int_equal(got->chunk_size, CHUNK);
		assert_memory_equal(got->uuid, m->uuid, 16);
		assert_true(digest_equal(&got->id, &m->id));
		for (uint32_t c = 0; c < n; c++)
			assert_true(
			    digest_equal(&got->chunks[c], &m->chunks[c]));
		manifest_free(m);
		manifest_free(got);
	}
}

static void
chunks_are_checked(void **state)
{
	struct manifest *m = create(2 * CHUNK + 10);
	uint8_t buf[CHUNK];

	assert_int_equal(manifest_chunk_len(m, 0), CHUNK);
	assert_int_equal(manifest_chunk_len(m, 1), CHUNK);
	assert_int_equal(manifest_chunk_len(m, 2), 10);
	memset(buf, 1, sizeof buf);
	assert_true(manifest_chunk_ok(m, 1, buf));
	assert_false(manifest_chunk_ok(m, 0, buf));
	buf[CHUNK - 1] ^= 1;
	assert_false(manifest_chunk_ok(m, 1, buf));
	memset(buf, 2, sizeof buf);
	buf[10] = 0; /* byte 10 lies after the end of the last, short chunk */
	assert_true(manifest_chunk_ok(m, 2, buf));
	manifest_free(m);
}

static uint64_t seen_done, seen_size;
static int seen;

static void
progress(uint64_t done, uint64_t size)
{
	assert_true(done > seen_done);
	seen_done = done;
	seen_size = size;
	seen++;
}

static void
creation(void **state)
{
	int fd = image(3 * CHUNK + 1);
	struct manifest *m;

	m = manifest_create(fd, "x", CHUNK, progress);
	assert_int_equal(seen, 4);
	assert_int_equal(seen_done, 3 * CHUNK + 1);
	assert_int_equal(seen_size, 3 * CHUNK + 1);
	manifest_free(m);
	assert_null(manifest_create(fd, "no/no", CHUNK, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(manifest_create(fd, "x", CHUNK + 1, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(manifest_create(fd, "x", CHUNK / 2, NULL));
	assert_null(manifest_create(fd, "x", 0, NULL));
	assert_null(manifest_create(fd, "x", 2 * MANIFEST_CHUNK_MAX, NULL));
	assert_int_equal(ftruncate(fd, ((off_t)CHUNK << 21) + 1), 0);
	assert_null(manifest_create(fd, "x", CHUNK, NULL));
	assert_int_equal(errno, EFBIG);
	close(fd);
	fd = open("/", O_RDONLY);
	assert_null(manifest_create(fd, "x", CHUNK, NULL));
	assert_int_equal(errno, EISDIR);
	close(fd);
}

static void
same_content_same_id(void **state)
{
	struct manifest *a = create(9000), *b = create(9000);
	int fd = image(9000);

	assert_true(digest_equal(&a->id, &b->id));
	assert_int_equal(a->version, MANIFEST_VERSION_MAX);
	assert_int_equal(a->uuid[6] >> 4, 5);
	assert_int_equal(a->uuid[8] >> 6, 2);
	manifest_free(b);
	b = create(9001);
	assert_memory_not_equal(a->uuid, b->uuid, 16);
	manifest_free(b);
	b = manifest_create(fd, "debian-13", CHUNK, NULL);
	assert_memory_not_equal(a->uuid, b->uuid, 16);
	manifest_free(b);
	b = manifest_create(fd, "debian-12", 2 * CHUNK, NULL);
	assert_memory_not_equal(a->uuid, b->uuid, 16);
	manifest_free(b);
	manifest_free(a);
	close(fd);
}

static int written_to;

static void
write_meanwhile(uint64_t done, uint64_t size)
{
	if (done == CHUNK)
		assert_int_equal(pwrite(written_to, "x", 1, 0), 1);
}

static void
cut_meanwhile(uint64_t done, uint64_t size)
{
	if (done == CHUNK)
		assert_int_equal(ftruncate(written_to, CHUNK), 0);
}

static void
written_meanwhile(void **state)
{
	written_to = image(3 * CHUNK);
	assert_null(manifest_create(written_to, "x", CHUNK, write_meanwhile));
	assert_int_equal(errno, ETXTBSY);
	assert_null(manifest_create(written_to, "x", CHUNK, cut_meanwhile));
	assert_int_equal(errno, ETXTBSY);
	close(written_to);
}

/* Decodes a manifest of version 2 with these optional fields.  Returns NULL and
 * the reason in *why if it is refused. */
static struct manifest *
with_fields(const void *fields, size_t len, uint8_t algorithm, const char **why)
{
	static const uint8_t zeros[3 * DIGEST_SIZE];
	uint8_t buf[1024];
	struct writer w = writer_init(buf, sizeof buf);
	struct manifest *m;
	size_t again_len;

	write_bytes(&w, "VFMANIF\n", 8);
	write_u32(&w, 2);
	write_u32(&w, CHUNK);
	write_u64(&w, 3 * CHUNK);
	write_bytes(&w, zeros, 16);
	write_u8(&w, 1);
	write_bytes(&w, "a", 1);
	write_u8(&w, algorithm);
	write_u32(&w, len);
	write_bytes(&w, fields, len);
	write_bytes(&w, zeros, sizeof zeros);
	assert_false(w.failed);
	m = manifest_decode(buf, w.wrote, why);
	if (m != NULL) {
		AUTO_FREE uint8_t *again = manifest_encode(m, &again_len);

		assert_int_equal(again_len, w.wrote);
		assert_memory_equal(again, buf, again_len);
	}
	return m;
}

static void
old_versions(void **state)
{
	struct manifest *m = create(2 * CHUNK), *got;
	struct digest id = m->id;
	size_t len;

	m->version = 1;
	AUTO_FREE uint8_t *buf = manifest_encode(m, &len);

	assert_false(digest_equal(&id, &m->id));
	got = manifest_decode(buf, len, NULL);
	assert_non_null(got);
	assert_int_equal(got->version, 1);
	assert_true(digest_equal(&got->id, &m->id));
	manifest_free(got);
	manifest_free(m);
}

static void
optional_fields(void **state)
{
	uint8_t leaves[10 + 6 * DIGEST_SIZE] = {0, 1, 0, 0, 0, 196, 0, 0, 8, 0};
	static const uint8_t unknown[] = {0,   9, 0, 0, 0, 2, 'h',
					  'i', 1, 0, 0, 0, 0, 0};
	static const struct {
		const char *why;
		size_t len;
		uint8_t bytes[20];
	} bad[] = {
	    {"truncated", 5, {0, 9, 0, 0, 0}},
	    {"truncated", 8, {0, 9, 0, 0, 0, 3, 1, 2}},
	    {"truncated", 6, {0, 9, 255, 255, 255, 255}},
	    {"order", 6, {0, 0, 0, 0, 0, 0}},
	    {"order", 12, {0, 9, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0}},
	    {"leaf size", 6, {0, 1, 0, 0, 0, 0}},
	    {"leaf size", 10, {0, 1, 0, 0, 0, 4, 0, 0, 16, 0}},
	    {"leaf size", 10, {0, 1, 0, 0, 0, 4, 0, 0, 7, 0}},
	    {"leaf hashes", 10, {0, 1, 0, 0, 0, 4, 0, 0, 8, 0}},
	};
	const char *why = NULL;
	struct manifest *m;

	m = with_fields(unknown, sizeof unknown, MANIFEST_SHA256, &why);
	assert_non_null(m);
	manifest_free(m);
	m = with_fields(leaves, sizeof leaves, MANIFEST_SHA256, &why);
	assert_non_null(m);
	manifest_free(m);
	assert_null(with_fields(NULL, 0, 2, &why));
	assert_non_null(strstr(why, "algorithm"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(with_fields(bad[i].bytes, bad[i].len,
					MANIFEST_SHA256, &why));
		if (strstr(why, bad[i].why) == NULL)
			fail_msg("case %zu: '%s' does not say '%s'", i, why,
				 bad[i].why);
	}
}

/* The fields from which forge makes a manifest. */
struct fields {
	const char *magic;
	uint32_t version, chunk_size;
	uint64_t size;
	uint8_t name_len;
	const char *name;
	size_t hashes; /* bytes of all hashes together */
	size_t cut;    /* how many bytes are cut off the manifest's end */
};

static const struct {
	/* a part of the text that says why the manifest is refused; NULL: it is
	 * right */
	const char *why;
	struct fields f;
} hostile[] = {
    {NULL, {"VFMANIF\n", 1, CHUNK, 2 * CHUNK, 3, "abc", 64, 0}},
    {NULL, {"VFMANIF\n", 1, CHUNK, 0, 3, "abc", 0, 0}},
    {NULL, {"VFMANIF\n", 1, 4U << 20, 1, 1, "a", 32, 0}},
    {"magic", {"VFMANIG\n", 1, CHUNK, 0, 3, "abc", 0, 0}},
    {"magic", {"VFMANIF\r", 1, CHUNK, 0, 3, "abc", 0, 0}},
    {"version", {"VFMANIF\n", 0, CHUNK, 0, 3, "abc", 0, 0}},
    {"version", {"VFMANIF\n", 3, CHUNK, 0, 3, "abc", 0, 0}},
    {"after its name", {"VFMANIF\n", 2, CHUNK, 0, 3, "abc", 4, 0}},
    {"chunk size", {"VFMANIF\n", 1, 0, 0, 3, "abc", 0, 0}},
    {"chunk size", {"VFMANIF\n", 1, 1, 0, 3, "abc", 0, 0}},
    {"chunk size", {"VFMANIF\n", 1, 5000, 0, 3, "abc", 0, 0}},
    {"chunk size", {"VFMANIF\n", 1, 6 * CHUNK, 0, 3, "abc", 0, 0}},
    {"chunk size", {"VFMANIF\n", 1, 8U << 20, 0, 3, "abc", 0, 0}},
    {"chunk size", {"VFMANIF\n", 1, 1U << 31, 0, 3, "abc", 0, 0}},
    {"chunk size", {"VFMANIF\n", 1, UINT32_MAX, 0, 3, "abc", 0, 0}},
    {"image size", {"VFMANIF\n", 1, CHUNK, UINT64_MAX, 3, "abc", 0, 0}},
    {"image size", {"VFMANIF\n", 1, CHUNK, 1ULL << 63, 3, "abc", 0, 0}},
    /* an image of 2^32 chunks, a number that must not wrap to 0 */
    {"image size", {"VFMANIF\n", 1, CHUNK, 1ULL << 44, 3, "abc", 0, 0}},
    {"image size", {"VFMANIF\n", 1, CHUNK, (1ULL << 33) + 1, 3, "abc", 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 0, "", 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 3, "a/b", 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 2, "..", 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 3, "a\0b", 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 3, "a\nb", 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 65, NULL, 0, 0}},
    {"name", {"VFMANIF\n", 1, CHUNK, 0, 255, NULL, 0, 0}},
    {"truncated", {"VFMANIF\n", 1, CHUNK, 0, 64, "abc", 0, 61}},
    {"truncated", {"VFMANIF\n", 1, CHUNK, 1, 3, "abc", 0, 0}},
    {"truncated", {"VFMANIF\n", 1, CHUNK, 1, 3, "abc", 31, 0}},
    {"truncated", {"VFMANIF\n", 1, CHUNK, 2 * CHUNK + 1, 3, "abc", 64, 0}},
    {"truncated", {"VFMANIF\n", 1, CHUNK, 1ULL << 33, 3, "abc", 64, 0}},
    {"longer", {"VFMANIF\n", 1, CHUNK, 0, 3, "abc", 1, 0}},
    {"longer", {"VFMANIF\n", 1, CHUNK, 1, 3, "abc", 33, 0}},
    {"longer", {"VFMANIF\n", 1, CHUNK, CHUNK, 3, "abc", 64, 0}},
};

/* Makes a manifest from these fields.  Returns it in a buffer of exactly *len
 * bytes, so that the sanitizers see reads beyond its end. */
static uint8_t *
forge(const struct fields *f, size_t *len)
{
	static const uint8_t zeros[256];
	uint8_t buf[1024], *exact;
	struct writer w = writer_init(buf, sizeof buf);

	write_bytes(&w, f->magic, 8);
	write_u32(&w, f->version);
	write_u32(&w, f->chunk_size);
	write_u64(&w, f->size);
	write_bytes(&w, zeros, 16);
	write_u8(&w, f->name_len);
	write_bytes(&w, zeros, f->name == NULL ? f->name_len : 0);
	if (f->name != NULL && f->cut == 0)
		write_bytes(&w, f->name, f->name_len);
	else if (f->name != NULL)
		write_bytes(&w, f->name, f->name_len - f->cut);
	write_bytes(&w, zeros, f->hashes);
	assert_false(w.failed);
	*len = w.wrote;
	exact = malloc(*len);
	memcpy(exact, buf, *len);
	return exact;
}

static void
hostile_fields(void **state)
{
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		const char *why = NULL;
		size_t len;
		AUTO_FREE uint8_t *buf = forge(&hostile[i].f, &len);
		struct manifest *m = manifest_decode(buf, len, &why);

		if (hostile[i].why == NULL) {
			assert_non_null(m);
			manifest_free(m);
			continue;
		}
		assert_null(m);
		assert_int_equal(errno, EINVAL);
		if (strstr(why, hostile[i].why) == NULL)
			fail_msg("case %zu: '%s' does not say '%s'", i, why,
				 hostile[i].why);
	}
}

static void
every_truncation(void **state)
{
	struct manifest *m = create(3 * CHUNK);
	size_t len;
	AUTO_FREE uint8_t *buf = manifest_encode(m, &len);

	for (size_t n = 0; n < len; n++) {
		AUTO_FREE uint8_t *part = malloc(n + 1);
		const char *why = NULL;

		memcpy(part, buf, n);
		assert_null(manifest_decode(part, n, &why));
		assert_int_equal(errno, EINVAL);
		assert_non_null(why);
	}
	/* the caller may pass NULL for `why` */
	assert_null(manifest_decode(buf, 3, NULL));
	manifest_free(m);
}

static void
files(void **state)
{
	char dir[] = "/tmp/vf-manifest.XXXXXX", path[64];
	struct manifest *m = create(3 * CHUNK), *got;
	const char *why = NULL;
	struct stat st;
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x.vfm", dir);
	assert_null(manifest_load(path, &why));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(manifest_save(m, path), 0);
	/* the second save replaces the file */
	assert_int_equal(manifest_save(m, path), 0);
	got = manifest_load(path, &why);
	assert_non_null(got);
	assert_true(digest_equal(&got->id, &m->id));
	manifest_free(got);

	/* the file is too long, most of it a hole; not all of it is read */
	fd = open(path, O_WRONLY);
	assert_int_equal(ftruncate(fd, MANIFEST_BYTES_MAX + 1ULL), 0);
	close(fd);
	assert_null(manifest_load(path, &why));
	assert_int_equal(errno, EINVAL);
	assert_string_equal(why, "larger than any manifest");
	assert_int_equal(unlink(path), 0);

	/* a directory is not replaced, and no temporary file is left behind */
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(manifest_save(m, path), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0666), 0);
	assert_int_equal(manifest_save(m, path), -1);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(manifest_save(m, path), -1);
	manifest_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(chunks_are_checked),
	    cmocka_unit_test(creation),
	    cmocka_unit_test(same_content_same_id),
	    cmocka_unit_test(written_meanwhile),
	    cmocka_unit_test(old_versions),
	    cmocka_unit_test(optional_fields),
	    cmocka_unit_test(hostile_fields),
	    cmocka_unit_test(every_truncation),
	    cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
