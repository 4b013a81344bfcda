/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/boot_profile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/bitmap.h"
#include "lib/cleanup.h"
#include "lib/pread_all.h"

static const char first_line[] = "vfield-profile 1\n";

/* The part of a text that is still to be parsed: from `p` up to `end`. */
struct text {
	const char *p, *end;
};

static bool
take(struct text *t, const char *words)
{
	size_t len = strlen(words);

	if ((size_t)(t->end - t->p) < len || memcmp(t->p, words, len) != 0)
		return false;
	t->p += len;
	return true;
}

static bool
take_digest(struct text *t, const char *word, struct digest *d)
{
	if (!take(t, word) || t->end - t->p < DIGEST_HEX - 1 ||
	    digest_parse(t->p, DIGEST_HEX - 1, d) == -1)
		return false;
	t->p += DIGEST_HEX - 1;
	return take(t, "\n");
}

static bool
take_number(struct text *t, uint32_t below, uint32_t *n)
{
	const char *start = t->p;
	uint64_t value = 0;

	for (; t->p < t->end && *t->p >= '0' && *t->p <= '9'; t->p++) {
		value = value * 10 + (*t->p - '0');
		if (value >= below)
			return false;
	}
	*n = value;
	return t->p > start;
}

/* Parses a line, which names one chunk or several in a row, and appends these
 * chunks to p.  Returns NULL, or a text that says what is wrong. */
static const char *
take_line(struct text *t, uint32_t nchunks, struct bitmap *seen,
	  struct profile *p)
{
	uint32_t first, last;

	if (!take_number(t, nchunks, &first))
		return "a line is not the number of a chunk of the image";
	last = first;
	if (take(t, "-") && !take_number(t, nchunks, &last))
		return "a line ends in no chunk of the image";
	if (!take(t, "\n") || last < first)
		return "a line is neither a chunk nor several in a row";
	for (uint32_t c = first; c <= last; c++) {
		if (p->n == PROFILE_CHUNKS_MAX)
			return "it has too many chunks";
		if (!bitmap_add(seen, c))
			return "a chunk comes twice";
		p->chunks[p->n++] = c;
	}
	return NULL;
}

static const char *
take_all(struct text *t, uint32_t nchunks, struct bitmap *seen,
	 struct profile *p)
{
	struct digest said, is;
	const char *why = NULL;

	if (!take(t, first_line))
		return "it does not begin as a profile does";
	if (!take_digest(t, "image ", &p->image) ||
	    !take_digest(t, "digest ", &said))
		return "it does not say its image and digest";
	is = digest_of(t->p, t->end - t->p);
	if (!digest_equal(&said, &is))
		return "its digest is another one: it was changed or cut";
	while (why == NULL && t->p < t->end)
		why = take_line(t, nchunks, seen, p);
	return why;
}

struct profile *
profile_new(const struct digest *image, uint32_t max)
{
	struct profile *p =
	    malloc(sizeof *p + (size_t)max * sizeof p->chunks[0]);

	if (p == NULL)
		return NULL;
	p->image = *image;
	p->n = 0;
	return p;
}

struct profile *
profile_parse(const char *text, size_t len, uint32_t nchunks, const char **why)
{
	static const struct digest none;
	uint32_t max =
	    nchunks < PROFILE_CHUNKS_MAX ? nchunks : PROFILE_CHUNKS_MAX;
	struct text t = {text, text + len};
	AUTO_FREE struct profile *p = NULL;
	struct bitmap *seen;

	*why = "it is too long";
	if (len > PROFILE_BYTES_MAX) {
		errno = EINVAL;
		return NULL;
	}
	*why = "out of memory";
	seen = bitmap_new(nchunks);
	p = profile_new(&none, max);
	if (seen != NULL && p != NULL)
		*why = take_all(&t, nchunks, seen, p);
	bitmap_free(seen);
	if (*why == NULL)
		return TAKE_PTR(p);
	errno = EINVAL;
	return NULL;
}

struct profile *
profile_load(const char *path, uint32_t nchunks, const char **why)
{
	AUTO_CLOSE int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	AUTO_FREE char *text = NULL;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		*why = strerror(errno);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > PROFILE_BYTES_MAX) {
		*why = "it is no file, or too long";
		errno = EINVAL;
		return NULL;
	}
	text = malloc(st.st_size + 1);
	if (text == NULL ||
	    pread_all(fd, (uint8_t *)text, st.st_size, 0) == -1) {
		*why = strerror(errno);
		return NULL;
	}
	return profile_parse(text, st.st_size, nchunks, why);
}

static void
write_chunks(FILE *f, const struct profile *p)
{
	for (uint32_t i = 0, end; i < p->n; i = end) {
		for (end = i + 1; end < p->n; end++)
			if (p->chunks[end] != p->chunks[end - 1] + 1)
				break;
		fprintf(f, "%u", p->chunks[i]);
		if (end - i > 1)
			fprintf(f, "-%u", p->chunks[end - 1]);
		fputc('\n', f);
	}
}

char *
profile_text(const struct profile *p, size_t *len)
{
	char image[DIGEST_HEX], digest[DIGEST_HEX], *text;
	AUTO_FREE char *lines = NULL;
	FILE *f = open_memstream(&lines, len);
	struct digest d;
	int n;

	if (f == NULL)
		return NULL;
	write_chunks(f, p);
	if (fclose(f) != 0)
		return NULL;
	d = digest_of(lines, *len);
	n = asprintf(&text, "%simage %s\ndigest %s\n%s", first_line,
		     digest_hex(&p->image, image), digest_hex(&d, digest),
		     lines);
	if (n == -1)
		return NULL;
	*len = n;
	return text;
}
