/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/stamp.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

#define HEAD "vfield-stamp 1"

bool
stamp_word_ok(const char *text)
{
	return *text != '\0' && *text != '-' && *text != '.' &&
	       strlen(text) <= STAMP_WORD_MAX &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
				 "STUVWXYZ0123456789-_.")] == '\0';
}

static int
read_word(const char *value, char to[STAMP_WORD_MAX + 1])
{
	if (!stamp_word_ok(value))
		return -1;
	/* the rest is zeros, so that equal stamps have equal bytes */
	memset(to, 0, STAMP_WORD_MAX + 1);
	strcpy(to, value);
	return 0;
}

static int
read_number(const char *value, uint64_t *to)
{
	char *end;

	if (*value < '0' || *value > '9')
		return -1;
	errno = 0;
	*to = strtoull(value, &end, 10);
	return *end == '\0' && errno == 0 ? 0 : -1;
}

static int
read_line(const char *key, const char *value, struct stamp *s)
{
	uint64_t flag = 0;
	int ret = 0;

	if (strcmp(key, "site") == 0)
		return digest_parse(value, strlen(value), &s->site);
	if (strcmp(key, "host") == 0)
		return read_word(value, s->host);
	if (strcmp(key, "job") == 0)
		return read_number(value, &s->job);
	if (strcmp(key, "before") == 0)
		return read_number(value, &s->before);
	if (strcmp(key, "done") == 0)
		return s->ndone < STAMP_MODULES_MAX
			   ? read_word(value, s->done[s->ndone++])
			   : -1;
	if (strcmp(key, "repair") == 0) {
		ret = read_number(value, &flag);
		s->repair = flag != 0;
	} else if (strcmp(key, "finished") == 0) {
		ret = read_number(value, &flag);
		s->finished = flag != 0;
	}
	return ret;
}

int
stamp_parse(const char bytes[STAMP_BYTES], struct stamp *s)
{
	char copy[STAMP_BYTES + 1], *next = copy, *line;

	memcpy(copy, bytes, STAMP_BYTES);
	copy[STAMP_BYTES] = '\0';
	*s = (struct stamp){0};
	line = strsep(&next, "\n");
	if (strcmp(line, HEAD) != 0)
		return -1;
	while ((line = strsep(&next, "\n")) != NULL) {
		char *value = strchr(line, ' ');

		if (strcmp(line, "end") == 0)
			return *s->host != '\0' ? 0 : -1;
		if (value == NULL)
			return -1;
		*value++ = '\0';
		if (read_line(line, value, s) == -1)
			return -1;
	}
	return -1;
}

/* Writes the text of a stamp.  Even with STAMP_MODULES_MAX of the longest names
 * it is shorter than STAMP_BYTES. */
void
stamp_format(const struct stamp *s, char bytes[STAMP_BYTES])
{
	FILE *to = fmemopen(memset(bytes, 0, STAMP_BYTES), STAMP_BYTES, "w");
	char hex[DIGEST_HEX];

	assert(to != NULL);
	fprintf(to,
		HEAD "\nsite %s\nhost %s\njob %" PRIu64 "\nbefore %" PRIu64
		     "\nrepair %d\nfinished %d\n",
		digest_hex(&s->site, hex), s->host, s->job, s->before,
		s->repair, s->finished);
	for (unsigned i = 0; i < s->ndone; i++)
		fprintf(to, "done %s\n", s->done[i]);
	fputs("end\n", to);
	fclose(to);
}

int
stamp_read(int fd, struct stamp *s)
{
	char bytes[STAMP_BYTES];

	if (pread(fd, bytes, sizeof bytes, STAMP_OFFSET) != sizeof bytes)
		return -1;
	return stamp_parse(bytes, s);
}

int
stamp_write(int fd, const struct stamp *s)
{
	char bytes[STAMP_BYTES];
	ssize_t n;

	stamp_format(s, bytes);
	n = pwrite(fd, bytes, sizeof bytes, STAMP_OFFSET);
	if (n != -1 && n != sizeof bytes)
		errno = EIO;
	return n == sizeof bytes ? fsync(fd) : -1;
}

bool
stamp_did(const struct stamp *s, const char *module)
{
	for (unsigned i = 0; i < s->ndone; i++)
		if (strcmp(s->done[i], module) == 0)
			return true;
	return false;
}

void
stamp_add(struct stamp *s, const char *module)
{
	if (stamp_did(s, module) || s->ndone == STAMP_MODULES_MAX)
		return;
	snprintf(s->done[s->ndone++], sizeof *s->done, "%s", module);
}
