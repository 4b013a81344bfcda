/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/jobs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "authority/lists.h"
#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "site/ranges.h"

#define MAC_TEXT_LEN 17

static const char *const verbs[] = {
    [JOBS_INSTALL] = "install", [JOBS_REPAIR] = "repair", [JOBS_COPY] = "copy"};

_Static_assert(JOBS_FILE_MAX <= LISTS_BYTES_MAX, "the longest list is a list");

#define NVERBS (sizeof verbs / sizeof *verbs)

const char *
jobs_verb_text(enum jobs_verb v)
{
	return verbs[v];
}

/* --- lines --- */

static int
read_number(const char *text, uint64_t *n)
{
	const char *end = text != NULL ? decimal_parse(text, n) : NULL;

	return end != NULL && *end == '\0' && *n > 0 && *n <= INT64_MAX ? 0
									: -1;
}

static int
read_verb(const char *text, enum jobs_verb *v)
{
	for (size_t i = 0; text != NULL && i < NVERBS; i++)
		if (strcmp(text, verbs[i]) == 0) {
			*v = i;
			return 0;
		}
	return -1;
}

static bool
is_mac(const char *text)
{
	for (int i = 0; i < MAC_TEXT_LEN; i++)
		if (i % 3 == 2 ? text[i] != ':'
			       : text[i] == '\0' || strchr("0123456789abcdef",
							   text[i]) == NULL)
			return false;
	return text[MAC_TEXT_LEN] == '\0';
}

static int
read_who(const char *text, char who[NAME_MAX_BYTES])
{
	if (text == NULL || (!ranges_name_ok(text) && !is_mac(text)))
		return -1;
	strcpy(who, text);
	return 0;
}

bool
jobs_path_ok(const char *path)
{
	static const char bad[] = "\"'\\`$";
	size_t len = strlen(path);

	if (len >= JOBS_PATH_MAX || path[0] != '/' || path[len - 1] == '/')
		return false;
	for (const char *c = path; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr(bad, *c) != NULL)
			return false;
	while (*path != '\0') {
		size_t n = strcspn(++path, "/");

		if (n == 0 || strncmp(path, "..", n > 2 ? n : 2) == 0 ||
		    (n == 1 && *path == '.'))
			return false;
		path += n;
	}
	return true;
}

/* Parses what a copy's line has behind EXPIRY. */
static int
read_copy(char *rest, struct jobs_line *l)
{
	char *image = strtok_r(NULL, " \t", &rest);
	char *path = strtok_r(NULL, " \t", &rest);
	char *word = strtok_r(NULL, " \t", &rest);

	if (path == NULL || is_mac(l->who) || !jobs_path_ok(path) ||
	    digest_parse(image, strlen(image), &l->image) == -1)
		return -1;
	strcpy(l->path, path);
	l->replace = word != NULL && strcmp(word, "replace") == 0;
	return word == NULL ||
		       (l->replace && strtok_r(NULL, " \t", &rest) == NULL)
		   ? 0
		   : -1;
}

/* Parses one line into *l; changes the line.  Returns 0; -1: the line is no
 * job. */
static int
read_line(char *line, struct jobs_line *l)
{
	char *rest, *word = strtok_r(line, " \t", &rest);

	*l = (struct jobs_line){0};
	if (read_number(word, &l->number) == -1 ||
	    read_verb(strtok_r(NULL, " \t", &rest), &l->verb) == -1 ||
	    read_who(strtok_r(NULL, " \t", &rest), l->who) == -1 ||
	    read_number(strtok_r(NULL, " \t", &rest), &l->expires_s) == -1)
		return -1;
	if (l->verb == JOBS_COPY)
		return read_copy(rest, l);
	word = strtok_r(NULL, " \t", &rest);
	l->wipe = word != NULL && strcmp(word, "wipe") == 0;
	if (word != NULL && (!l->wipe || strtok_r(NULL, " \t", &rest) != NULL))
		return -1;
	return 0;
}

static int
take_line(struct jobs *j, const char *text, size_t len, bool repairs)
{
	char line[JOBS_LINE_MAX];
	struct jobs_line l;

	if (len == 0 || *text == '#')
		return 0;
	if (len < sizeof line && memchr(text, '\0', len) == NULL) {
		*(char *)mempcpy(line, text, len) = '\0';
		if (read_line(line, &l) == 0 &&
		    (!repairs || l.verb == JOBS_REPAIR))
			return jobs_add(j, &l);
	}
	j->skipped++;
	return 0;
}

int
jobs_read(struct jobs *j, const char *text, size_t len, bool repairs)
{
	if (len > JOBS_FILE_MAX) {
		errno = EFBIG;
		return -1;
	}
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end != NULL ? (size_t)(end - text) : len;

		if (take_line(j, text, n, repairs) == -1)
			return -1;
		n += end != NULL;
		text += n;
		len -= n;
	}
	return 0;
}

int
jobs_load(struct jobs *j, const char *path, bool repairs)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	AUTO_FREE char *text = malloc(JOBS_FILE_MAX + 1);
	size_t len;

	if (f == NULL || text == NULL)
		return -1;
	len = fread(text, 1, JOBS_FILE_MAX + 1, f);
	return ferror(f) ? -1 : jobs_read(j, text, len, repairs);
}

void
jobs_free(struct jobs *j)
{
	free(j->v);
	*j = (struct jobs){0};
}

/* --- sets --- */

int
jobs_add(struct jobs *j, const struct jobs_line *l)
{
	struct jobs_line *v = j->v;

	if (j->n == JOBS_MAX) {
		errno = EFBIG;
		return -1;
	}
	/* the room doubles whenever the number of jobs is a power of two */
	if ((j->n & (j->n - 1)) == 0) {
		v = reallocarray(j->v, j->n > 0 ? 2 * j->n : 1, sizeof *v);
		if (v == NULL)
			return -1;
		j->v = v;
	}
	v[j->n++] = *l;
	return 0;
}

static bool
expired(const struct jobs_line *l, uint64_t now_s)
{
	return now_s >= l->number && now_s > l->expires_s;
}

static bool
replaces(const struct jobs_line *l, const struct jobs_line *old)
{
	return l->verb == old->verb && strcmp(l->who, old->who) == 0 &&
	       strcmp(l->path, old->path) == 0;
}

void
jobs_drop(struct jobs *j, uint64_t now_s, const struct jobs_line *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < j->n; i++)
		if (!expired(&j->v[i], now_s) &&
		    (l == NULL || !replaces(l, &j->v[i])))
			j->v[kept++] = j->v[i];
	j->n = kept;
}

const struct jobs_line *
jobs_copy_after(const struct jobs *j, const char *host, uint64_t now_s,
		uint64_t above)
{
	const struct jobs_line *next = NULL;

	for (size_t i = 0; i < j->n; i++) {
		const struct jobs_line *l = &j->v[i];

		if (l->verb == JOBS_COPY && l->number > above &&
		    strcmp(l->who, host) == 0 && !expired(l, now_s) &&
		    (next == NULL || l->number < next->number))
			next = l;
	}
	return next;
}

uint64_t
jobs_highest(const struct jobs *j)
{
	uint64_t highest = 0;

	for (size_t i = 0; i < j->n; i++)
		if (j->v[i].number > highest)
			highest = j->v[i].number;
	return highest;
}

static void
print_line(FILE *to, const struct jobs_line *l)
{
	char hex[DIGEST_HEX];

	fprintf(to, "%" PRIu64 " %s %s %" PRIu64, l->number, verbs[l->verb],
		l->who, l->expires_s);
	if (l->verb == JOBS_COPY)
		fprintf(to, " %s %s", digest_hex(&l->image, hex), l->path);
	fprintf(to, "%s%s\n", l->wipe ? " wipe" : "",
		l->replace ? " replace" : "");
}

void
jobs_print(FILE *to, const void *jobs)
{
	const struct jobs *j = jobs;

	fputs("# NUMBER install|repair HOST|MAC EXPIRY [wipe]\n"
	      "# NUMBER copy HOST EXPIRY IMAGE PATH [replace]\n",
	      to);
	for (size_t i = 0; i < j->n; i++)
		print_line(to, &j->v[i]);
}

size_t
jobs_due(const struct jobs *j, const struct name_set *names, uint64_t now_s,
	 struct jobs_line due[JOBS_DUE_MAX])
{
	const struct jobs_line *newest[NVERBS] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++) {
		const struct jobs_line *l = &j->v[i];

		if (!expired(l, now_s) && name_set_find(names, l->who) != -1 &&
		    (newest[l->verb] == NULL ||
		     l->number > newest[l->verb]->number))
			newest[l->verb] = l;
	}
	if (newest[JOBS_INSTALL] != NULL)
		due[n++] = *newest[JOBS_INSTALL];
	if (newest[JOBS_REPAIR] != NULL &&
	    (n == 0 || newest[JOBS_REPAIR]->number > due[0].number))
		due[n++] = *newest[JOBS_REPAIR];
	return n;
}
