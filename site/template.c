/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/template.h"

#include <stdbool.h>
#include <string.h>

#define MARK_BEGIN "# vfield-plugin begin: "
#define MARK_END "# vfield-plugin end: "

/* Returns the length of the name at the beginning of the text; 0: the text does
 * not begin with a name. */
static size_t
name_length(const char *text, size_t len)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
	size_t n = 0;

	while (n < len && text[n] != '\0' && strchr(chars, text[n]) != NULL)
		n++;
	return n > 0 && n <= TEMPLATE_NAME_MAX && text[0] >= 'a' &&
		       text[0] <= 'z'
		   ? n
		   : 0;
}

int
template_fill(const char *text, size_t len, template_value *value,
	      const void *ctx, FILE *to, unsigned *line,
	      char name[TEMPLATE_NAME_MAX + 1])
{
	*line = 1;
	for (size_t i = 0; i < len; i++) {
		size_t n = 0;
		const char *put;

		if (text[i] == '@' && i + 1 < len && text[i + 1] == '@') {
			i++;
		} else if (text[i] == '@') {
			n = name_length(text + i + 1, len - i - 1);
			if (i + 1 + n >= len || text[i + 1 + n] != '@')
				n = 0;
		}
		if (n == 0) {
			*line += text[i] == '\n';
			putc(text[i], to);
			continue;
		}
		memcpy(name, text + i + 1, n);
		name[n] = '\0';
		put = value(ctx, name);
		if (put == NULL)
			return -1;
		fputs(put, to);
		i += n + 1;
	}
	return 0;
}

/* Returns true if the line is `mark` followed by `owner`. */
static bool
is_mark(const char *line, size_t len, const char *mark, const char *owner)
{
	size_t n = strlen(mark), m = strlen(owner);

	if (len > 0 && line[len - 1] == '\n')
		len--;
	return len == n + m && memcmp(line, mark, n) == 0 &&
	       memcmp(line + n, owner, m) == 0;
}

/* Returns the length of the line at `at`, with its '\n'; 0 at the end. */
static size_t
line_length(const char *at, const char *end)
{
	const char *nl = memchr(at, '\n', end - at);

	return (nl != NULL ? nl + 1 : end) - at;
}

/* Returns the first line, from `at` on, that is `mark` followed by `owner`;
 * NULL: there is none. */
static const char *
find_mark(const char *at, const char *end, const char *mark, const char *owner)
{
	while (at < end && !is_mark(at, line_length(at, end), mark, owner))
		at += line_length(at, end);
	return at < end ? at : NULL;
}

static void
put_lines(const char *text, size_t len, FILE *to)
{
	fwrite(text, 1, len, to);
	if (len > 0 && text[len - 1] != '\n')
		putc('\n', to);
}

static void
put_block(const char *owner, const char *body, size_t nbody, FILE *to)
{
	if (body == NULL)
		return;
	fprintf(to, MARK_BEGIN "%s\n", owner);
	put_lines(body, nbody, to);
	fprintf(to, MARK_END "%s\n", owner);
}

void
template_block(const char *text, size_t len, const char *owner,
	       const char *body, size_t nbody, FILE *to)
{
	const char *end = text + len, *at = text;
	bool put = false;

	while (at < end) {
		size_t n = line_length(at, end);
		const char *over = NULL;

		if (!is_mark(at, n, MARK_BEGIN, owner)) {
			if (!is_mark(at, n, MARK_END, owner))
				put_lines(at, n, to);
			at += n;
			continue;
		}
		over = find_mark(at, end, MARK_END, owner);
		if (over == NULL) {
			at += n;
			continue;
		}
		if (!put)
			put_block(owner, body, nbody, to);
		put = true;
		at = over + line_length(over, end);
	}
	if (!put)
		put_block(owner, body, nbody, to);
}
