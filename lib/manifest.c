/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/manifest.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/codec.h"
#include "lib/write_all.h"

#define MAGIC "VFMANIF\n"
#define MAGIC_LEN 8
#define HEADER_BYTES MANIFEST_NAME_AT
/* bytes of the hashes' algorithm and of the length of all fields */
#define EXTENSION_BYTES 5
#define FIELD_BYTES 6 /* bytes of an optional field's type and length */
#define FIELD_LEAVES 1

_Static_assert(MANIFEST_BYTES_MAX == HEADER_BYTES + MANIFEST_NAME_MAX +
					 EXTENSION_BYTES + MANIFEST_FIELDS_MAX +
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

bool
manifest_chunk_size_ok(uint32_t size)
{
	return size >= MANIFEST_CHUNK_MIN && size <= MANIFEST_CHUNK_MAX &&
	       (size & (size - 1)) == 0;
}

bool
manifest_count_chunks(uint64_t size, uint32_t chunk_size, uint32_t *nchunks)
{
	uint64_t n = size / chunk_size + (size % chunk_size != 0);

	*nchunks = n;
	return n <= MANIFEST_CHUNKS_MAX;
}

/* Checks the field of leaf hashes: the leaf size, then one hash for each leaf
 * of the image.  Returns NULL, or a text that says what is wrong. */
static const char *
decode_leaves(struct reader *r, const struct manifest *m)
{
	uint32_t size = read_u32(r);
	uint64_t n;

	if (r->failed || size < MANIFEST_LEAF_MIN || (size & (size - 1)) != 0 ||
	    size >= m->chunk_size)
		return "leaf size is not a power of two below the chunk size";
	n = m->size / size + (m->size % size != 0);
	if (r->left % DIGEST_SIZE != 0 || r->left / DIGEST_SIZE != n)
		return "leaf hashes are not as many as the image has leaves";
	return NULL;
}

/* Checks the optional fields, which must be in ascending order of their types;
 * a field of an unknown type is skipped.  Returns NULL, or a text that says
 * what is wrong. */
static const char *
decode_fields(struct reader r, const struct manifest *m)
{
	const char *wrong = NULL;
	uint32_t last = 0;

	while (wrong == NULL && r.left > 0) {
		uint16_t type = read_u16(&r);
		uint32_t len = read_u32(&r);
		const void *data = read_view(&r, len);
		struct reader field = reader_init(data, r.failed ? 0 : len);

		if (r.failed)
			return "truncated in an optional field";
		if (type <= last)
			return "optional fields are not in ascending order";
		last = type;
		if (type == FIELD_LEAVES)
			wrong = decode_leaves(&field, m);
	}
	return wrong;
}

/* Decodes the part that only version 2 has.  Sets *fields to a reader of the
 * optional fields, which lie in the buffer.  Returns NULL, or a text that says
 * what is wrong. */
static const char *
decode_extension(struct reader *r, const struct manifest *m,
		 struct reader *fields)
{
	uint8_t algorithm = read_u8(r);
	uint32_t len = read_u32(r);
	const void *data;

	if (r->failed)
		return "truncated after its name";
	if (algorithm != MANIFEST_SHA256)
		return "hashed by an algorithm that is not known";
	if (len > MANIFEST_FIELDS_MAX)
		return "optional fields are longer than any may be";
	data = read_view(r, len);
	if (r->failed)
		return "truncated in its optional fields";
	*fields = reader_init(data, len);
	return decode_fields(*fields, m);
}

static const char *
decode_name(struct reader *r, struct manifest *m, uint8_t len)
{
	if (len > MANIFEST_NAME_MAX)
		return "name is longer than 64 bytes";
	read_bytes(r, m->name, len);
	if (r->failed)
		return "truncated in its name";
	if (!manifest_name_ok(m->name, len))
		return "name has characters other than A-Z a-z 0-9 . _ -";
	return NULL;
}

static const char *
check_header(const struct reader *r, struct manifest *m)
{
	if (r->failed)
		return "truncated in its header";
	if (m->version < MANIFEST_VERSION_MIN ||
	    m->version > MANIFEST_VERSION_MAX)
		return "of a version that is not known";
	if (!manifest_chunk_size_ok(m->chunk_size))
		return "chunk size is not a power of two from 4K to 4M";
	if (!manifest_count_chunks(m->size, m->chunk_size, &m->nchunks))
		return "image size means more than 2097152 chunks";
	return NULL;
}

/* Decodes all that stands before the hashes.  Returns NULL, or a text that says
 * what is wrong. */
static const char *
decode_header(struct reader *r, struct manifest *m, struct reader *fields)
{
	char magic[MAGIC_LEN];
	const char *wrong;
	uint8_t len;

	read_bytes(r, magic, sizeof magic);
	if (r->failed || memcmp(magic, MAGIC, MAGIC_LEN) != 0)
		return "not a manifest (wrong magic)";
	m->version = read_u32(r);
	m->chunk_size = read_u32(r);
	m->size = read_u64(r);
	read_bytes(r, m->uuid, sizeof m->uuid);
	len = read_u8(r);
	wrong = check_header(r, m);
	if (wrong == NULL)
		wrong = decode_name(r, m, len);
	if (wrong == NULL && m->version >= 2)
		wrong = decode_extension(r, m, fields);
	if (wrong != NULL)
		return wrong;
	if (r->left / DIGEST_SIZE < m->nchunks)
		return "truncated in its hashes";
	if (r->left > (size_t)m->nchunks * DIGEST_SIZE)
		return "longer than its image size says";
	return NULL;
}

/* Copies the optional fields, so that the manifest can be encoded again as it
 * was.  Returns 0, or -1 if there is no memory. */
static int
keep_fields(struct manifest *m, struct reader *fields)
{
	m->fields_len = fields->left;
	if (m->fields_len == 0)
		return 0;
	m->fields = malloc(m->fields_len);
	if (m->fields == NULL)
		return -1;
	read_bytes(fields, m->fields, m->fields_len);
	return 0;
}

struct manifest *
manifest_decode(const void *buf, size_t len, const char **why)
{
	struct reader r = reader_init(buf, len), fields = {0};
	struct manifest *m = calloc(1, sizeof *m);
	const char *wrong;

	if (m == NULL)
		goto nomem;
	wrong = decode_header(&r, m, &fields);
	if (wrong != NULL) {
		free(m);
		if (why != NULL)
			*why = wrong;
		errno = EINVAL;
		return NULL;
	}
	/* There is room for one hash more than there are chunks, so that NULL
	 * means a lack of memory also for an empty image. */
	m->chunks = calloc(m->nchunks + 1, sizeof *m->chunks);
	if (m->chunks == NULL || keep_fields(m, &fields) == -1)
		goto nomem;
	read_bytes(&r, m->chunks, (size_t)m->nchunks * sizeof *m->chunks);
	m->id = digest_of(buf, len);
	return m;
nomem:
	manifest_free(m);
	if (why != NULL)
		*why = "out of memory";
	errno = ENOMEM;
	return NULL;
}

/* Returns the size at which read_all begins its buffer: for a regular file the
 * file's size and a byte more, so that the buffer need not grow before the end
 * is seen; else a guess. */
static size_t
first_room(int fd, size_t max)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size <= max)
		return st.st_size + 1;
	return 64 << 10;
}

/* Reads fd to its end into a malloc'ed buffer.  Returns the buffer, and its
 * bytes in *len; NULL and errno on failure; EFBIG: there are more than `max`
 * bytes. */
static uint8_t *
read_all(int fd, size_t max, size_t *len)
{
	AUTO_FREE uint8_t *buf = NULL;
	size_t room = 0, got = 0;

	for (;;) {
		ssize_t n;

		if (got == room) {
			uint8_t *bigger;

			room = room ? 2 * room : first_room(fd, max);
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
	free(m->fields);
	free(m);
}

uint8_t *
manifest_encode(struct manifest *m, size_t *len)
{
	size_t name_len = strlen(m->name);
	size_t hashes = (size_t)m->nchunks * sizeof *m->chunks;
	size_t total = HEADER_BYTES + name_len + hashes +
		       (m->version < 2 ? 0 : EXTENSION_BYTES + m->fields_len);
	uint8_t *buf = malloc(total);
	struct writer w = writer_init(buf, total);

	if (buf == NULL)
		return NULL;
	write_bytes(&w, MAGIC, MAGIC_LEN);
	write_u32(&w, m->version);
	write_u32(&w, m->chunk_size);
	write_u64(&w, m->size);
	write_bytes(&w, m->uuid, sizeof m->uuid);
	write_u8(&w, name_len);
	write_bytes(&w, m->name, name_len);
	if (m->version >= 2) {
		write_u8(&w, MANIFEST_SHA256);
		write_u32(&w, m->fields_len);
		write_bytes(&w, m->fields, m->fields_len);
	}
	write_bytes(&w, m->chunks, hashes);
	assert(!w.failed && w.left == 0);
	m->id = digest_of(buf, total);
	*len = total;
	return buf;
}

/* Returns true if a manifest may be written to path: if a file or link is
 * there, or nothing, but no device or directory. */
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
	/* mkostemp makes a file of mode 0600, but a manifest is no secret */
	mask = umask(0);
	umask(mask);
	if (write_all(fd, buf, len) == 0 && fchmod(fd, 0666 & ~mask) == 0 &&
	    fsync(fd) == 0 && rename(temp, path) == 0)
		return 0;
	saved = errno;
	unlink(temp);
	errno = saved;
	return -1;
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
