/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Parses the file `plugin` by inih.  inih drops comments, and cuts a line that
 * is too long into two.  So next_line, which passes inih the lines, finds the
 * question in a comment, and refuses lines that are too long. */
#include "site/plugin.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "lib/cleanup.h"

struct reader {
	struct plugin *p;
	/* the part of the text that inih did not get yet */
	const char *at, *end;
	unsigned line;        /* number of the line that inih got last */
	const char *question; /* question in that line's comment; NULL: none */
	size_t nquestion;     /* bytes of the question */
	char *why;
	bool wrong; /* true: `why` says what is wrong */
};

static int wrong(struct reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Writes to r->why what is wrong, unless an error is there already.  Returns 0,
 * by which a handler of inih reports an error. */
static int
wrong(struct reader *r, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (r->wrong)
		return 0;
	r->wrong = true;
	n = snprintf(r->why, PLUGIN_WHY, "%.200s/plugin:%u: ", r->p->dir,
		     r->line);
	va_start(ap, fmt);
	vsnprintf(r->why + n, PLUGIN_WHY - n, fmt, ap);
	va_end(ap);
	return 0;
}

/* Sets r->question to the text in quotation marks in the comment of a line in
 * [settings]; the comment begins with ';' after a blank or a tab.  Sets it to
 * NULL if there is no question. */
static void
find_question(struct reader *r, const char *line, size_t len)
{
	const char *end = line + len;
	const char *comment = memchr(line, ';', len);
	const char *from, *to;

	r->question = NULL;
	while (comment != NULL &&
	       (comment == line || strchr(" \t", comment[-1]) == NULL))
		comment = memchr(comment + 1, ';', end - comment - 1);
	if (comment == NULL)
		return;
	from = memchr(comment, '"', end - comment);
	to = from == NULL ? NULL : memchr(from + 1, '"', end - from - 1);
	if (to == NULL)
		return;
	r->question = from + 1;
	r->nquestion = to - from - 1;
}

/* Passes inih the next line, as fgets() would. */
static char *
next_line(char *buf, int size, void *ctx)
{
	struct reader *r = ctx;
	const char *nl = memchr(r->at, '\n', r->end - r->at);
	size_t len = (nl != NULL ? nl + 1 : r->end) - r->at;

	if (len == 0 || r->wrong)
		return NULL;
	r->line++;
	if (len >= (size_t)size) {
		wrong(r, "the line is too long");
		return NULL;
	}
	if (memchr(r->at, '\0', len) != NULL) {
		wrong(r, "a NUL byte");
		return NULL;
	}
	memcpy(buf, r->at, len);
	buf[len] = '\0';
	find_question(r, r->at, len);
	r->at += len;
	return buf;
}

/* Splits a list at commas and blanks into at most `most` words, and checks each
 * by `ok`.  Returns 1; 0: something is wrong, which r->why says. */
static int
take_list(struct reader *r, const char *name, const char *value, char **to,
	  size_t *n, size_t most, bool (*ok)(const char *))
{
	AUTO_FREE char *copy = strdup(value);
	char *rest = copy, *word;

	if (*n > 0)
		return wrong(r, "%s is said twice", name);
	while (copy != NULL && (word = strsep(&rest, ", \t")) != NULL) {
		if (*word == '\0')
			continue;
		if (!ok(word))
			return wrong(r, "%s: '%.64s' is not a name", name,
				     word);
		if (*n == most)
			return wrong(r, "%s: more than %zu", name, most);
		to[*n] = strdup(word);
		if (to[*n] == NULL)
			return wrong(r, "%s", strerror(ENOMEM));
		++*n;
	}
	return 1;
}

/* Returns true if the text can be the name of a package of any distribution.
 * Then a shell takes it for nothing but a word, and no program for an option.
 */
static bool
package_ok(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789+-._:")] == '\0' &&
	       name[0] != '-' && name[0] != '.';
}

static int
take_text(struct reader *r, const char *name, const char *value, char **to)
{
	if (*to != NULL)
		return wrong(r, "%s is said twice", name);
	*to = strdup(value);
	return *to != NULL ? 1 : wrong(r, "%s", strerror(ENOMEM));
}

int
plugin_every_parse(const char *text, unsigned *seconds)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n == 0 ||
	    n > PLUGIN_EVERY_MAX)
		return -1;
	*seconds = n;
	return 0;
}

static int
take_every(struct reader *r, const char *value)
{
	if (plugin_every_parse(value, &r->p->every) == -1)
		return wrong(r,
			     "every: '%.64s' is not a number of seconds "
			     "from 1 to %d",
			     value, PLUGIN_EVERY_MAX);
	return 1;
}

static int
take_setting(struct reader *r, const char *name, const char *value)
{
	struct plugin *p = r->p;
	struct plugin_setting *s = &p->settings[p->nsettings];

	if (!plugin_key_ok(name))
		return wrong(r,
			     "'%.64s' is not a setting's name (a-z, 0-9 "
			     "and '_')",
			     name);
	if (plugin_setting(p, name) != NULL)
		return wrong(r, "%s is said twice", name);
	if (p->nsettings == PLUGIN_SETTINGS_MAX)
		return wrong(r, "more than %d settings", PLUGIN_SETTINGS_MAX);
	p->nsettings++;
	s->key = strdup(name);
	s->value = strdup(value);
	if (r->question != NULL)
		s->question = strndup(r->question, r->nquestion);
	if (s->key == NULL || s->value == NULL ||
	    (r->question != NULL && s->question == NULL)) {
		p->nsettings--;
		free(s->key);
		free(s->value);
		free(s->question);
		return wrong(r, "%s", strerror(ENOMEM));
	}
	return 1;
}

static int
take_value(void *ctx, const char *section, const char *name, const char *value)
{
	struct reader *r = ctx;
	struct plugin *p = r->p;

	if (r->wrong)
		return 0;
	if (strcmp(section, "settings") == 0)
		return take_setting(r, name, value);
	if (*section != '\0')
		return wrong(r, "there is no section [%.64s], only [settings]",
			     section);
	if (strcmp(name, "description") == 0)
		return take_text(r, name, value, &p->description);
	if (strcmp(name, "packages") == 0)
		return take_list(r, name, value, p->packages, &p->npackages,
				 PLUGIN_PACKAGES_MAX, package_ok);
	if (strcmp(name, "needs") == 0)
		return take_list(r, name, value, p->needs, &p->nneeds,
				 PLUGIN_NEEDS_MAX, plugin_name_ok);
	if (strcmp(name, "every") == 0)
		return take_every(r, value);
	if (strcmp(name, "role") != 0)
		return wrong(r,
			     "'%.64s' is none of description, packages, needs, "
			     "role, every",
			     name);
	if (!plugin_name_ok(value))
		return wrong(r, "role: '%.64s' is not a name", value);
	return take_text(r, name, value, &p->role);
}

int
plugin_parse(struct plugin *p, const char *text, size_t len,
	     char why[PLUGIN_WHY])
{
	struct reader r = {.p = p, .at = text, .end = text + len, .why = why};
	int line = ini_parse_stream(next_line, &r, take_value, &r);

	if (line != 0 && !r.wrong) {
		r.line = line > 0 ? line : 0;
		wrong(&r, line > 0 ? "neither NAME = VALUE nor [settings]"
				   : "it cannot be read");
	}
	return r.wrong ? -1 : 0;
}
