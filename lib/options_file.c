/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/options_inside.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <ini.h>

#include "lib/cleanup.h"
#include "lib/config_names.h"

/* A string from a configuration file, which must live until exit.  A list keeps
 * each string reachable, so that none is reported as a leak. */
struct owned {
	SLIST_ENTRY(owned) entry;
	char text[];
};
static SLIST_HEAD(, owned) all_owned = SLIST_HEAD_INITIALIZER(all_owned);

static const char *
own_copy(const char *text)
{
	size_t bytes = strlen(text) + 1;
	struct owned *k = malloc(sizeof *k + bytes);

	if (k == NULL)
		abort();
	memcpy(k->text, text, bytes);
	SLIST_INSERT_HEAD(&all_owned, k, entry);
	return k->text;
}

static void __attribute__((format(printf, 2, 3)))
file_problem(struct parser *p, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (p->problem != NULL)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		abort();
	va_end(ap);
	p->problem = text;
}

/* Returns the names of this command's settings, each followed by a blank, as in
 * config_names.h. */
static const char *
own_settings(struct parser *p)
{
	AUTO_FREE char *list = NULL;
	size_t len = 0;
	AUTO_FCLOSE FILE *f = open_memstream(&list, &len);

	if (f == NULL)
		abort();
	for (size_t i = 0; i < options_count(p->c); i++)
		if (is_setting(options_at(p->c, i)))
			fprintf(f, "%s ", options_at(p->c, i)->name);
	fflush(f);
	return own_copy(list);
}

static int
no_setting(struct parser *p, const char *section, const char *name,
	   const char *settings)
{
	file_problem(p, "[%s] has no setting %s; it has %s", section, name,
		     settings);
	return 0;
}

/* Called for a setting that this command does not have.  If it stands before
 * the first section and another command has it, returns 1; else notes the
 * problem and returns 0. */
static int
unknown(struct parser *p, const char *section, const char *name)
{
	if (*section != '\0')
		return no_setting(p, section, name, own_settings(p));
	if (config_has(name))
		return 1;
	file_problem(p, "no command has a setting %s; %s has %s", name,
		     p->c->program, own_settings(p));
	return 0;
}

/* Called for a setting in another command's section.  If that command has the
 * setting, returns 1; else notes the problem and returns 0. */
static int
elsewhere(struct parser *p, const char *section, const char *name)
{
	const struct config_section *s = config_section(section);
	char there[256] = "";

	if (s != NULL && !config_section_has(s, name))
		return no_setting(p, section, name, s->settings);
	if (s != NULL)
		return 1;
	for (s = config_sections; s->name != NULL; s++)
		snprintf(there + strlen(there), sizeof there - strlen(there),
			 " [%s]", s->name);
	file_problem(p, "no command has a section [%s]; there are%s", section,
		     there);
	return 0;
}

/* Takes a setting that inih has read; inih calls this function for each
 * setting.  Returns 1, or 0 for an error. */
static int
file_value(void *ctx, const char *section, const char *name, const char *value)
{
	struct parser *p = ctx;
	enum origin origin = *section == '\0' ? FILE_ALL : FILE_SECTION;
	const char *wanted;

	if (origin == FILE_SECTION && strcmp(section, p->c->section) != 0)
		return elsewhere(p, section, name);
	for (size_t i = 0; i < options_count(p->c); i++) {
		if (strcmp(name, options_at(p->c, i)->name) != 0)
			continue;
		wanted = options_set(p, i, origin, own_copy(value));
		if (wanted != NULL)
			file_problem(p, "%s = %s: should be %s", name, value,
				     wanted);
		return wanted == NULL;
	}
	return unknown(p, section, name);
}

struct lines {
	FILE *f;
	int n; /* number of lines read so far */
	/* number of the first line that was too long; 0: none was */
	int too_long;
	int size; /* bytes of the buffer that inih has for a line */
};

/* Reads a line as fgets does, for inih.  If a line is too long for inih, skips
 * the rest, which would be taken for the next line, and notes the number of the
 * line. */
static char *
read_line(char *to, int size, void *ctx)
{
	struct lines *l = ctx;
	char *got = fgets(to, size, l->f);
	int c;

	l->n++;
	if (got == NULL || strchr(to, '\n') != NULL)
		return got;
	c = getc(l->f);
	if (c != EOF && l->too_long == 0) {
		l->too_long = l->n;
		l->size = size;
	}
	while (c != EOF && c != '\n')
		c = getc(l->f);
	return got;
}

void
options_read_file(struct parser *p, bool must)
{
	AUTO_FCLOSE FILE *f = fopen(p->file, "re");
	struct lines lines = {.f = f};
	int line;

	if (f == NULL && errno == ENOENT && !must)
		return;
	if (f == NULL)
		options_fail(p->c, "%s: %s", p->file, strerror(errno));
	line = ini_parse_stream(read_line, &lines, file_value, p);
	if (ferror(f))
		options_fail(p->c, "%s: cannot be read", p->file);
	if (lines.too_long > 0 && (line <= 0 || lines.too_long <= line))
		options_fail(p->c, "%s:%d: a line has %d bytes at most",
			     p->file, lines.too_long, lines.size - 2);
	if (line > 0)
		options_fail(p->c, "%s:%d: %s", p->file, line,
			     p->problem ? p->problem : "not NAME = VALUE");
	if (p->problem != NULL)
		options_fail(p->c, "%s: %s", p->file, p->problem);
}
