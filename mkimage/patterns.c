/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/patterns.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"

#define WILD "*?[]\\+@!()|"
#define ANY_DEPTH "... " /* mksquashfs's prefix of a pattern for any depth */

struct pattern {
	char *text;
	unsigned parts; /* number of parts of the path in `text` */
	/* true: the pattern began with ANY_DEPTH, which `text` lacks */
	bool anywhere;
	/* true: the pattern ended with "**", which `text` lacks */
	bool files;
};

struct patterns {
	struct pattern *all;
	size_t n;
};

struct patterns *
patterns_new(void)
{
	struct patterns *p = calloc(1, sizeof *p);

	if (p == NULL)
		log_fatal("patterns: %m");
	return p;
}

void
patterns_free(struct patterns *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->all[i].text);
	free(p->all);
	free(p);
}

static unsigned
count_parts(const char *path)
{
	unsigned n = *path != '\0';

	for (; *path != '\0'; path++)
		n += *path == '/';
	return n;
}

static struct pattern *
add_empty(struct patterns *p)
{
	struct pattern *all = reallocarray(p->all, p->n + 1, sizeof *p->all);

	if (all == NULL)
		log_fatal("patterns: %m");
	p->all = all;
	all[p->n] = (struct pattern){0};
	return &all[p->n++];
}

void
patterns_add(struct patterns *p, const char *text)
{
	bool anywhere = strncmp(text, ANY_DEPTH, strlen(ANY_DEPTH)) == 0;
	AUTO_FREE char *copy = NULL;
	struct pattern *fresh;
	size_t len;

	text += anywhere ? strlen(ANY_DEPTH) : 0;
	copy = strdup(text + strspn(text, "/"));
	if (copy == NULL)
		log_fatal("patterns: %m");
	len = strlen(copy);
	while (len > 0 && copy[len - 1] == '/')
		copy[--len] = '\0';
	if (len == 0)
		return;
	fresh = add_empty(p);
	fresh->anywhere = anywhere;
	if (len > 3 && strcmp(copy + len - 3, "/**") == 0) {
		fresh->files = true;
		copy[len - 3] = '\0';
	}
	fresh->parts = count_parts(copy);
	fresh->text = TAKE_PTR(copy);
}

void
patterns_add_path(struct patterns *p, const char *path)
{
	AUTO_FREE char *text = malloc(2 * strlen(path) + 1);
	char *to = text;

	if (text == NULL)
		log_fatal("patterns: %m");
	for (; *path != '\0'; path++) {
		if (strchr(WILD, *path) != NULL)
			*to++ = '\\';
		*to++ = *path;
	}
	*to = '\0';
	patterns_add(p, text);
}

int
patterns_read(struct patterns *p, FILE *from)
{
	AUTO_FREE char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, from) > 0) {
		char *text = line + strspn(line, " \t");
		size_t len = strcspn(text, "#\n");

		while (len > 0 && isspace((unsigned char)text[len - 1]))
			len--;
		text[len] = '\0';
		patterns_add(p, text);
	}
	return ferror(from) ? -1 : 0;
}

/* Returns the rest of `path` after its first n parts. */
static const char *
skip_parts(const char *path, unsigned n)
{
	while (n-- > 0) {
		path += strcspn(path, "/");
		path += *path == '/';
	}
	return path;
}

/* Returns whether the first p->parts parts of `path` match the pattern p. */
static bool
begins(const struct pattern *p, const char *path)
{
	const char *rest = skip_parts(path, p->parts);
	size_t len = rest - path;
	AUTO_FREE char *head = NULL;

	if (len > 0 && rest[-1] == '/')
		len--;
	/* if the first letters differ, as they mostly do, saves the copy
	 * below */
	if (strchr(WILD, p->text[0]) == NULL && p->text[0] != path[0])
		return false;
	head = strndup(path, len);
	if (head == NULL)
		log_fatal("patterns: %m");
	return fnmatch(p->text, head, FNM_PATHNAME | FNM_EXTMATCH) == 0;
}

static bool
matches(const struct pattern *p, const char *path, unsigned parts,
	bool directory)
{
	unsigned wanted = p->parts + p->files, skip;

	if (parts < wanted || (p->files && directory))
		return false;
	if (!p->anywhere)
		return (p->files || parts == wanted) && begins(p, path);
	for (skip = p->files ? 0 : parts - wanted; skip <= parts - wanted;
	     skip++)
		if (begins(p, skip_parts(path, skip)))
			return true;
	return false;
}

bool
patterns_match(const struct patterns *p, const char *path, bool directory)
{
	unsigned parts = count_parts(path);

	for (size_t i = 0; i < p->n; i++)
		if (matches(&p->all[i], path, parts, directory))
			return true;
	return false;
}

/* Returns whether the pattern p leaves out all files in `directory`, a path of
 * `parts` parts.  Such a pattern either ends with "*", and its other parts
 * match `directory`; or it ends with "**", and its other parts match
 * `directory` or a directory above. */
static bool
means_all(const struct pattern *p, const char *directory, unsigned parts)
{
	size_t len = strlen(p->text);
	struct pattern above = *p;
	bool hit;

	if (p->anywhere)
		return false;
	if (p->files)
		return parts >= p->parts && begins(p, directory);
	if (len < 3 || strcmp(p->text + len - 2, "/*") != 0 ||
	    p->parts != parts + 1)
		return false;
	above.text = strndup(p->text, len - 2);
	if (above.text == NULL)
		log_fatal("patterns: %m");
	above.parts--;
	hit = begins(&above, directory);
	free(above.text);
	return hit;
}

bool
patterns_hide(const struct patterns *p, const char *directory)
{
	unsigned parts = count_parts(directory);

	for (unsigned n = 1; n <= parts; n++) {
		const char *rest = skip_parts(directory, n);
		size_t len = rest - directory - (rest[-1] == '/');
		AUTO_FREE char *above = strndup(directory, len);

		if (above == NULL)
			log_fatal("patterns: %m");
		if (patterns_match(p, above, true))
			return true;
		for (size_t i = 0; i < p->n; i++)
			if (means_all(&p->all[i], above, n))
				return true;
	}
	return false;
}

void
patterns_write(const struct patterns *p, FILE *to)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->all[i].files)
			fprintf(to, "%s%s\n",
				p->all[i].anywhere ? ANY_DEPTH : "",
				p->all[i].text);
}

void
patterns_write_path(const char *path, FILE *to)
{
	for (; *path != '\0'; path++)
		fputc(strchr(WILD "#\"", *path) != NULL ||
			      isspace((unsigned char)*path)
			  ? '?'
			  : *path,
		      to);
	fputc('\n', to);
}

void
patterns_quote(const char *path, FILE *to)
{
	fputc('\'', to);
	for (; *path != '\0'; path++) {
		if (*path == '\'')
			fputs("'\\'", to);
		else if (strchr(WILD, *path) != NULL)
			fputc('\\', to);
		fputc(*path, to);
	}
	fputc('\'', to);
}
