/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/manifest.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "lib/cleanup.h"
#include "lib/codec.h"
#include "lib/pread_all.h"
#include "lib/write_all.h"

#define MAGIC "VFMANIF\n"
#define MAGIC_LEN 8
#define VERSION 1
#define HEADER_BYTES 41 /* all fields up to the name */

_Static_assert(MANIFEST_BYTES_MAX == HEADER_BYTES + MANIFEST_NAME_MAX +
					 DIGEST_SIZE * MANIFEST_CHUNKS_MAX,
	       "the header counts the same bytes");

bool
manifest_name_ok(const char *name, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	if (len == 0 || len > MANIFEST_NAME_MAX)
		return false;
	if (memchr(letters, name[0], sizeof letters - 1) == NULL)
		return false;
	for (size_t i = 1; i < len; i++)
		if (memchr(letters, name[i], sizeof letters - 1) == NULL &&
		    name[i] != '.' && name[i] != '-')
			return false;
	return true;
}

static bool
chunk_size_ok(uint32_t size)
{
	return size >= MANIFEST_CHUNK_MIN && size <= MANIFEST_CHUNK_MAX &&
	       (size & (size - 1)) == 0;
}

/* 0 is a fine answer, so whether the number fits is the return value. */
static bool
count_chunks(uint64_t size, uint32_t chunk_size, uint32_t *nchunks)
{
	uint64_t n = size / chunk_size + (size % chunk_size != 0);

	*nchunks = n;
	return n <= MANIFEST_CHUNKS_MAX;
}

/* Decodes the header; the text of what is wrong with it, or NULL. */
static const char *
decode_header(struct reader *r, struct manifest *m)
{
	char magic[MAGIC_LEN];
	uint32_t version;
	uint8_t len;

	read_bytes(r, magic, sizeof magic);
	if (r->failed || memcmp(magic, MAGIC, MAGIC_LEN) != 0)
		return "not a manifest (wrong magic)";
	version = read_u32(r);
	m->chunk_size = read_u32(r);
	m->size = read_u64(r);
	read_bytes(r, m->uuid, sizeof m->uuid);
	len = read_u8(r);
	if (r->failed)
		return "truncated in its header";
	if (version != VERSION)
		return "of a version that is not known";
	if (!chunk_size_ok(m->chunk_size))
		return "chunk size is not a power of two from 4K to 4M";
	if (!count_chunks(m->size, m->chunk_size, &m->nchunks))
		return "image size means more than 2097152 chunks";
	if (len > MANIFEST_NAME_MAX)
		return "name is longer than 64 bytes";
	read_bytes(r, m->name, len);
	if (r->failed)
		return "truncated in its name";
	if (!manifest_name_ok(m->name, len))
		return "name has characters other than A-Z a-z 0-9 . _ -";
	if (r->left / DIGEST_SIZE < m->nchunks)
		return "truncated in its hashes";
	if (r->left > (size_t)m->nchunks * DIGEST_SIZE)
		return "longer than its image size says";
	return NULL;
}

struct manifest *
manifest_decode(const void *buf, size_t len, const char **why)
{
	struct reader r = reader_init(buf, len);
	struct manifest *m = calloc(1, sizeof *m);
	const char *wrong;

	if (m == NULL)
		goto nomem;
	wrong = decode_header(&r, m);
	if (wrong != NULL) {
		free(m);
		if (why != NULL)
			*why = wrong;
		errno = EINVAL;
		return NULL;
	}
	/* at least one, so that NULL always means no memory */
	m->chunks = calloc(m->nchunks + 1, sizeof *m->chunks);
	if (m->chunks == NULL)
		goto nomem;
	read_bytes(&r, m->chunks, (size_t)m->nchunks * sizeof *m->chunks);
	m->id = digest_of(buf, len);
	return m;
nomem:
	free(m);
	if (why != NULL)
		*why = "out of memory";
	errno = ENOMEM;
	return NULL;
}

/* Reads the rest of fd, at most max bytes: more is EFBIG. */
static uint8_t *
read_all(int fd, size_t max, size_t *len)
{
	AUTO_FREE uint8_t *buf = NULL;
	size_t room = 0, got = 0;

	for (;;) {
		ssize_t n;

		if (got == room) {
			uint8_t *bigger;

			room = room ? 2 * room : 64 << 10;
			bigger = realloc(buf, room);
			if (bigger == NULL)
				return NULL;
			buf = bigger;
		}
		n = read(fd, buf + got, room - got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return NULL;
		got += n;
		if (got > max) {
			errno = EFBIG;
			return NULL;
		}
		if (n == 0)
			break;
	}
	*len = got;
	return TAKE_PTR(buf);
}

struct manifest *
manifest_read(int fd, const char **why)
{
	AUTO_FREE uint8_t *buf = NULL;
	size_t len = 0;

	buf = read_all(fd, MANIFEST_BYTES_MAX, &len);
	if (buf != NULL)
		return manifest_decode(buf, len, why);
	if (why != NULL)
		*why = errno == EFBIG ? "larger than any manifest"
				      : strerror(errno);
	if (errno == EFBIG)
		errno = EINVAL;
	return NULL;
}

struct manifest *
manifest_load(const char *path, const char **why)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		if (why != NULL)
			*why = strerror(errno);
		return NULL;
	}
	return manifest_read(fd, why);
}

void
manifest_free(struct manifest *m)
{
	if (m == NULL)
		return;
	free(m->chunks);
	free(m);
}

uint8_t *
manifest_encode(struct manifest *m, size_t *len)
{
	size_t name_len = strlen(m->name);
	size_t hashes = (size_t)m->nchunks * sizeof *m->chunks;
	size_t total = HEADER_BYTES + name_len + hashes;
	uint8_t *buf = malloc(total);
	struct writer w = writer_init(buf, total);

	if (buf == NULL)
		return NULL;
	write_bytes(&w, MAGIC, MAGIC_LEN);
	write_u32(&w, VERSION);
	write_u32(&w, m->chunk_size);
	write_u64(&w, m->size);
	write_bytes(&w, m->uuid, sizeof m->uuid);
	write_u8(&w, name_len);
	write_bytes(&w, m->name, name_len);
	write_bytes(&w, m->chunks, hashes);
	assert(!w.failed && w.left == 0);
	m->id = digest_of(buf, total);
	*len = total;
	return buf;
}

/* A manifest takes the place of a file, never of a device. */
static bool
replaceable(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1 || S_ISREG(st.st_mode) ||
	    S_ISLNK(st.st_mode))
		return true;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EEXIST;
	return false;
}

int
manifest_save(struct manifest *m, const char *path)
{
	AUTO_FREE char *temp = NULL;
	AUTO_FREE uint8_t *buf = NULL;
	AUTO_CLOSE int fd = -1;
	mode_t mask;
	size_t len;
	int saved;

	if (!replaceable(path))
		return -1;
	buf = manifest_encode(m, &len);
	if (buf == NULL || asprintf(&temp, "%s.XXXXXX", path) == -1)
		return -1;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd == -1)
		return -1;
	mask = umask(0); /* mkostemp makes it 0600; a manifest is no secret */
	umask(mask);
	if (write_all(fd, buf, len) == 0 && fchmod(fd, 0666 & ~mask) == 0 &&
	    fsync(fd) == 0 && rename(temp, path) == 0)
		return 0;
	saved = errno;
	unlink(temp);
	errno = saved;
	return -1;
}

static int
image_size(int fd, uint64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (S_ISBLK(st.st_mode))
		return ioctl(fd, BLKGETSIZE64, size);
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	*size = st.st_size;
	return 0;
}

/* RFC 9562: version 4, or where a build must be reproducible version 8, from
 * the content. */
static int
make_uuid(struct manifest *m)
{
	if (getenv("SOURCE_DATE_EPOCH") != NULL) {
		struct sha256_ctx ctx;

		sha256_init(&ctx);
		sha256_update(&ctx, strlen(m->name), (const uint8_t *)m->name);
		sha256_update(&ctx, m->nchunks * sizeof *m->chunks,
			      (const uint8_t *)m->chunks);
		sha256_digest(&ctx, sizeof m->uuid, m->uuid);
		m->uuid[6] = 0x80 | (m->uuid[6] & 0x0f);
	} else {
		if (getrandom(m->uuid, sizeof m->uuid, 0) != sizeof m->uuid)
			return -1;
		m->uuid[6] = 0x40 | (m->uuid[6] & 0x0f);
	}
	m->uuid[8] = 0x80 | (m->uuid[8] & 0x3f);
	return 0;
}

static int
hash_chunks(struct manifest *m, int fd, void (*progress)(uint64_t, uint64_t))
{
	AUTO_FREE uint8_t *buf = malloc(m->chunk_size);
	uint64_t done = 0;

	if (buf == NULL)
		return -1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	for (uint32_t c = 0; c < m->nchunks; c++) {
		uint32_t len = manifest_chunk_len(m, c);

		if (pread_all(fd, buf, len, done) == -1)
			return -1;
		m->chunks[c] = digest_of(buf, len);
		done += len;
		if (progress != NULL)
			progress(done, m->size);
	}
	return 0;
}

struct manifest *
manifest_create(int fd, const char *name, uint32_t chunk_size,
		void (*progress)(uint64_t done, uint64_t size))
{
	struct manifest *m;
	uint8_t *encoded;
	size_t len;
	int saved;

	if (!manifest_name_ok(name, strlen(name)) ||
	    !chunk_size_ok(chunk_size)) {
		errno = EINVAL;
		return NULL;
	}
	m = calloc(1, sizeof *m);
	if (m == NULL)
		return NULL;
	memcpy(m->name, name, strlen(name));
	m->chunk_size = chunk_size;
	if (image_size(fd, &m->size) == -1)
		goto fail;
	errno = EFBIG;
	if (!count_chunks(m->size, chunk_size, &m->nchunks))
		goto fail;
	m->chunks = calloc(m->nchunks + 1, sizeof *m->chunks);
	if (m->chunks == NULL || hash_chunks(m, fd, progress) == -1 ||
	    make_uuid(m) == -1)
		goto fail;
	encoded = manifest_encode(m, &len);
	if (encoded == NULL)
		goto fail;
	free(encoded);
	return m;
fail:
	saved = errno;
	manifest_free(m);
	errno = saved;
	return NULL;
}

uint32_t
manifest_chunk_len(const struct manifest *m, uint32_t chunk)
{
	uint64_t start = (uint64_t)chunk * m->chunk_size;

	assert(chunk < m->nchunks);
	return m->size - start < m->chunk_size ? m->size - start
					       : m->chunk_size;
}

bool
manifest_chunk_ok(const struct manifest *m, uint32_t chunk, const void *data)
{
	struct digest d = digest_of(data, manifest_chunk_len(m, chunk));

	return digest_equal(&d, &m->chunks[chunk]);
}
