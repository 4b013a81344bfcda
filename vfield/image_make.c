/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_make.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "vfield/image_stamp.h"
#include "vfield/progress.h"

/* how many chunks image_make_probe compares; arbitrary: soon read, even from a
 * CD
 */
#define PROBES 16

int
image_source_open(const char *file, struct image_source *s)
{
	*s = (struct image_source){.fd = -1};
	s->file = realpath(file, NULL);
	if (s->file != NULL)
		s->fd = open(s->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (s->fd != -1 && fstat(s->fd, &s->st) == 0)
		return 0;
	log_error("image %s: %m", file);
	image_source_close(s);
	return -1;
}

void
image_source_close(struct image_source *s)
{
	if (s->fd != -1)
		close(s->fd);
	free(s->file);
	*s = (struct image_source){.fd = -1};
}

char *
image_make_beside(const struct image_source *s)
{
	char *path;

	return asprintf(&path, "%s" IMAGE_SUFFIX, s->file) == -1 ? NULL : path;
}

int
image_make_name(const char *file, char name[MANIFEST_NAME_MAX + 1])
{
	const char *base = strrchr(file, '/');
	const char *end;
	size_t n = 0;

	base = base != NULL ? base + 1 : file;
	end = strrchr(base, '.');
	if (end == NULL || end == base)
		end = base + strlen(base);
	for (; base < end; base++) {
		if (n == MANIFEST_NAME_MAX || (unsigned char)*base >= 0x80)
			return -1;
		name[n++] = *base;
		if (!manifest_name_ok(name, n))
			name[n - 1] = '_';
	}
	if (n == 0)
		name[n++] = '_';
	name[n] = '\0';
	return 0;
}

static void
complain(const struct image_source *s)
{
	if (errno == ETXTBSY)
		log_error("%s: somebody wrote to it while it was read; an "
			  "image must not change",
			  s->file);
	else if (errno == EFBIG)
		log_error("%s: more than %u chunks; give it larger ones: "
			  "vfield image create --chunk-size SIZE",
			  s->file, MANIFEST_CHUNKS_MAX);
	else if (errno == EINVAL)
		log_error("%s: neither a file nor a disk", s->file);
	else
		log_error("%s: cannot read it: %m", s->file);
}

struct manifest *
image_make(const struct image_source *s, const char *name, uint32_t chunk_size)
{
	struct manifest *m =
	    manifest_create(s->fd, name, chunk_size, progress_show);

	progress_clear();
	if (m == NULL)
		complain(s);
	return m;
}

static bool
lies_there(const struct manifest *m, const char *path)
{
	struct manifest *old = manifest_load(path, NULL);
	bool same = old != NULL && digest_equal(&old->id, &m->id);

	manifest_free(old);
	return same;
}

static void
set_stamp(const struct image_source *s, const char *path)
{
	if (S_ISREG(s->st.st_mode))
		image_stamp_set(path, &s->st);
}

int
image_make_save(const struct image_source *s, struct manifest *m,
		const char *path)
{
	bool same = lies_there(m, path);

	if (!same && manifest_save(m, path) == -1)
		return -1;
	set_stamp(s, path);
	return same;
}

/* Reads len bytes at the offset `at`, or fewer if the file ends before that.
 * Returns how many bytes it has read, or -1 and errno. */
static ssize_t
read_chunk(int fd, uint8_t *buf, size_t len, uint64_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, buf + got, len - got, at + got);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		got += n;
	}
	return got;
}

/* Compares chunk c of the file with m. Returns 0 if it is right.  If it is
 * wrong, cut short, or cannot be read, logs that and returns -1.  buf: room for
 * a chunk. */
static int
compare_chunk(const struct image_source *s, const struct manifest *m,
	      uint32_t c, uint8_t *buf, const char *path)
{
	uint32_t len = manifest_chunk_len(m, c);
	uint64_t at = (uint64_t)c * m->chunk_size;
	ssize_t n = read_chunk(s->fd, buf, len, at);

	if (n == len && manifest_chunk_ok(m, c, buf))
		return 0;
	progress_clear();
	if (n == -1)
		log_error("%s: cannot read it at byte %" PRIu64 ": %m", s->file,
			  at);
	else
		log_error("%s: chunk %" PRIu32 ", at byte %" PRIu64 ", %s (%s)",
			  s->file, c, at,
			  n < len ? "is cut short by the file's end"
				  : "differs",
			  path);
	return -1;
}

static int
compare_end(const struct image_source *s, const struct manifest *m,
	    const char *path)
{
	uint8_t byte;
	ssize_t n = read_chunk(s->fd, &byte, 1, m->size);

	if (n == 0)
		return 0;
	progress_clear();
	if (n == -1)
		log_error("%s: cannot read it at byte %" PRIu64 ": %m", s->file,
			  m->size);
	else
		log_error("%s: goes on after byte %" PRIu64
			  ", where %s says that it ends",
			  s->file, m->size, path);
	return -1;
}

int
image_make_compare(const struct image_source *s, const struct manifest *m,
		   const char *path)
{
	AUTO_FREE uint8_t *buf = malloc(m->chunk_size);
	uint64_t done = 0;

	if (buf == NULL) {
		log_error("%s: %m", s->file);
		return -1;
	}
	posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	for (uint32_t c = 0; c < m->nchunks; c++) {
		if (compare_chunk(s, m, c, buf, path) == -1)
			return -1;
		done += manifest_chunk_len(m, c);
		progress_show(done, m->size);
	}
	if (compare_end(s, m, path) == -1)
		return -1;
	set_stamp(s, path);
	return 0;
}

int
image_make_probe(const struct image_source *s, const struct manifest *m,
		 const char *path)
{
	AUTO_FREE uint8_t *buf = malloc(m->chunk_size);
	uint32_t n = m->nchunks < PROBES ? m->nchunks : PROBES;

	if (buf == NULL) {
		log_error("%s: %m", s->file);
		return -1;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t c =
		    n == 1 ? 0 : (uint64_t)i * (m->nchunks - 1) / (n - 1);

		if (compare_chunk(s, m, c, buf, path) == -1)
			return -1;
	}
	set_stamp(s, path);
	return 0;
}
