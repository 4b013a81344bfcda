/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <ini.h>

#include "lib/cleanup.h"
#include "lib/config_names.h"
#include "lib/decimal.h"
#include "lib/stdout_flush.h"

#define OPTIONS_MAX 64
#define HELP_COLUMN 30
#define HELP_WIDTH 80
#define GETOPT_LONG_BASE 256 /* above every letter */
#define HELP_VALUE (GETOPT_LONG_BASE + OPTIONS_MAX)
#define VERSION_VALUE (HELP_VALUE + 1)

/* Where a value comes from; the higher beats the lower. */
enum origin { DEFAULTS, FILE_ALL, FILE_SECTION, COMMAND_LINE };

struct parser {
	const struct command_spec *c;
	void *settings;
	enum origin origin[OPTIONS_MAX];
	const char *file;
	const char *problem; /* the file's first, malloc'ed */
};

/* Strings from files live until exit; this keeps them findable. */
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

static void __attribute__((noreturn, format(printf, 2, 3)))
fail(const struct command_spec *c, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", c->program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry '%s --help'.\n", c->program);
	exit(2);
}

static size_t
rows(const struct option_spec *table)
{
	size_t n = 0;

	while (table != NULL && table[n].name != NULL)
		n++;
	return n;
}

static size_t
count(const struct command_spec *c)
{
	size_t n = rows(c->options) + rows(c->shared);

	assert(n < OPTIONS_MAX);
	return n;
}

/* Options are numbered through both tables. */
static const struct option_spec *
spec(const struct command_spec *c, size_t i)
{
	size_t own = rows(c->options);

	return i < own ? &c->options[i] : &c->shared[i - own];
}

static bool
is_flag(const struct option_spec *o)
{
	return o->type == OPTION_FLAG;
}

static bool
is_config(const struct option_spec *o)
{
	return o->type == OPTION_STRING && strcmp(o->name, "config") == 0;
}

/* A setting may stand in a configuration file; the flag that asks to print one
 * may not. */
static bool
is_setting(const struct option_spec *o)
{
	return !is_config(o) && !(is_flag(o) && o->letter == 'n');
}

static int
parse_flag(const char *text, bool *to)
{
	static const char *const words[2][4] = {{"no", "false", "off", "0"},
						{"yes", "true", "on", "1"}};

	for (int v = 0; v < 2; v++)
		for (int i = 0; i < 4; i++)
			if (strcmp(text, words[v][i]) == 0) {
				*to = v;
				return 0;
			}
	return -1;
}

/* NULL, or what the value should have been. */
static const char *
set(struct parser *p, size_t i, enum origin origin, const char *value)
{
	const struct option_spec *o = spec(p->c, i);
	void *field = (char *)p->settings + o->offset;
	struct option_list *list = field;
	const char *end;
	uint64_t v;

	if (origin < p->origin[i])
		return NULL;
	switch (o->type) {
	case OPTION_FLAG:
		if (parse_flag(value, field) == -1)
			return "yes or no";
		break;
	case OPTION_STRING:
		*(const char **)field = value;
		break;
	case OPTION_LIST:
		if (origin > p->origin[i])
			list->n = 0;
		if (list->n == OPTION_LIST_MAX)
			return "given 64 times at most";
		list->v[list->n++] = value;
		break;
	case OPTION_NUMBER:
		end = decimal_parse(value, &v);
		if (end == NULL || *end != '\0' || v > INT32_MAX)
			return "a number of at most 2147483647";
		*(uint64_t *)field = v;
		break;
	case OPTION_FD:
		end = decimal_parse(value, &v);
		if (end == NULL || *end != '\0' || v > INT32_MAX)
			return "a file descriptor's number";
		*(int *)field = v;
		break;
	case OPTION_SIZE:
		if (options_parse_size(value, &v) == -1)
			return "a size such as 4096, 128K or 1.5G";
		*(uint64_t *)field = v;
		break;
	}
	p->origin[i] = origin;
	return NULL;
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

/* This command's, as config_names.h has them. */
static const char *
own_settings(struct parser *p)
{
	AUTO_FREE char *list = NULL;
	size_t len = 0;
	AUTO_FCLOSE FILE *f = open_memstream(&list, &len);

	if (f == NULL)
		abort();
	for (size_t i = 0; i < count(p->c); i++)
		if (is_setting(spec(p->c, i)))
			fprintf(f, "%s ", spec(p->c, i)->name);
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

/* A setting before all sections may be for another command. */
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

/* In another command's section. */
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

/* inih's handler: 0 is an error. */
static int
file_value(void *ctx, const char *section, const char *name, const char *value)
{
	struct parser *p = ctx;
	enum origin origin = *section == '\0' ? FILE_ALL : FILE_SECTION;
	const char *wanted;

	if (origin == FILE_SECTION && strcmp(section, p->c->section) != 0)
		return elsewhere(p, section, name);
	for (size_t i = 0; i < count(p->c); i++) {
		if (strcmp(name, spec(p->c, i)->name) != 0)
			continue;
		wanted = set(p, i, origin, own_copy(value));
		if (wanted != NULL)
			file_problem(p, "%s = %s: should be %s", name, value,
				     wanted);
		return wanted == NULL;
	}
	return unknown(p, section, name);
}

struct lines {
	FILE *f;
	int n;        /* read so far */
	int too_long; /* the number of the first that was too long; or 0 */
	int size;     /* inih's room for a line */
};

/* inih's reader, as fgets.  What inih has no room for would be taken for the
 * next line; it is passed over, and said. */
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

static void
read_file(struct parser *p, bool must)
{
	AUTO_FCLOSE FILE *f = fopen(p->file, "re");
	struct lines lines = {.f = f};
	int line;

	if (f == NULL && errno == ENOENT && !must)
		return;
	if (f == NULL)
		fail(p->c, "%s: %s", p->file, strerror(errno));
	line = ini_parse_stream(read_line, &lines, file_value, p);
	if (ferror(f))
		fail(p->c, "%s: cannot be read", p->file);
	if (lines.too_long > 0 && (line <= 0 || lines.too_long <= line))
		fail(p->c, "%s:%d: a line has %d bytes at most", p->file,
		     lines.too_long, lines.size - 2);
	if (line > 0)
		fail(p->c, "%s:%d: %s", p->file, line,
		     p->problem ? p->problem : "not NAME = VALUE");
	if (p->problem != NULL)
		fail(p->c, "%s: %s", p->file, p->problem);
}

/* getopt's tables from ours.  Long options yield GETOPT_LONG_BASE plus their
 * index, letters themselves. */
static void
getopt_tables(const struct command_spec *c, struct option *longs, char *shorts)
{
	size_t n = count(c);

	*shorts++ = ':'; /* a missing value is told from an unknown option */
	for (size_t i = 0; i < n; i++) {
		const struct option_spec *o = spec(c, i);

		*longs++ = (struct option){
		    .name = o->name,
		    .has_arg = is_flag(o) ? no_argument : required_argument,
		    .val = GETOPT_LONG_BASE + i};
		if (o->letter == 0)
			continue;
		*shorts++ = o->letter;
		if (!is_flag(o))
			*shorts++ = ':';
	}
	*longs++ = (struct option){.name = "help", .val = HELP_VALUE};
	*longs++ = (struct option){.name = "version", .val = VERSION_VALUE};
	*longs = (struct option){0};
	*shorts++ = 'h';
	*shorts = '\0';
}

static size_t
index_of(const struct command_spec *c, int got)
{
	size_t i = 0;

	if (got >= GETOPT_LONG_BASE)
		return got - GETOPT_LONG_BASE;
	while (spec(c, i)->letter != got)
		i++;
	return i;
}

/* Fails if `what` begins the names of several options. */
static void
say_ambiguous(const struct command_spec *c, const char *what)
{
	size_t len = strcspn(what, "="), matches = 0;
	char names[256] = "";

	if (strncmp(what, "--", 2) != 0)
		return;
	for (size_t i = 0; i < count(c); i++) {
		const char *name = spec(c, i)->name;
		size_t used = strlen(names);

		if (strncmp(name, what + 2, len - 2) != 0)
			continue;
		matches++;
		snprintf(names + used, sizeof names - used, " --%s", name);
	}
	if (matches > 1)
		fail(c, "%.*s may be any of%s", (int)len, what, names);
}

static void __attribute__((noreturn))
bad_option(const struct command_spec *c, int got, char **argv)
{
	const char *what = argv[optind - 1];
	char letter[] = {'-', optopt, '\0'};

	if (optopt != 0 && optopt < GETOPT_LONG_BASE)
		what = letter;
	if (got == ':')
		fail(c, "%s needs a value", what);
	if (optopt >= GETOPT_LONG_BASE)
		fail(c, "%s takes no value", what);
	say_ambiguous(c, what);
	fail(c, "there is no option %.*s", (int)strcspn(what, "="), what);
}

/* The help of an option, broken into lines at HELP_COLUMN. */
static void
print_wrapped(FILE *to, int column, const char *text)
{
	const int room = HELP_WIDTH - HELP_COLUMN - 1;

	if (column >= HELP_COLUMN) {
		fputc('\n', to);
		column = 0;
	}
	for (;;) {
		int len = strlen(text);

		if (len > room) {
			len = room;
			while (len > 0 && text[len] != ' ')
				len--;
			if (len == 0)
				len = strcspn(text, " ");
		}
		fprintf(to, "%*s%.*s\n", HELP_COLUMN - column, "", len, text);
		text += len;
		if (*text == '\0')
			return;
		text++;
		column = 0;
	}
}

static void
print_option(FILE *to, char letter, const char *name, const char *arg,
	     const char *help)
{
	char dash[] = {'-', letter, ',', '\0'};
	int column = fprintf(to, "  %3s --%s", letter ? dash : "", name);

	if (arg != NULL)
		column += fprintf(to, " %s", arg);
	print_wrapped(to, column, help);
}

/* --help's text. */
static void
print_help(const struct command_spec *c, FILE *to)
{
	fprintf(to, "Usage: %s [OPTION]...%s%s\n%s\n\n", c->program,
		*c->args ? " " : "", c->args, c->summary);
	for (size_t i = 0; i < count(c); i++) {
		const struct option_spec *o = spec(c, i);

		print_option(to, o->letter, o->name, o->arg, o->help);
	}
	print_option(to, 'h', "help", NULL, "say this, and exit");
	print_option(to, 0, "version", NULL, "say the version, and exit");
}

static void __attribute__((noreturn))
help_and_exit(const struct command_spec *c, int got)
{
	if (got == VERSION_VALUE)
		printf("%s %s\n", c->program, VF_VERSION);
	else
		print_help(c, stdout);
	exit(stdout_flush(c->program) == 0 ? 0 : 1);
}

/* Calls each for every option of the command line, in order. */
static void
each_option(struct parser *p, int argc, char **argv,
	    void (*each)(struct parser *p, size_t i, const char *value))
{
	struct option longs[OPTIONS_MAX + 3];
	char shorts[2 * OPTIONS_MAX + 3];
	int got;

	getopt_tables(p->c, longs, shorts);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (got == '?' || got == ':')
			bad_option(p->c, got, argv);
		if (got == HELP_VALUE || got == VERSION_VALUE || got == 'h')
			help_and_exit(p->c, got);
		each(p, index_of(p->c, got), optarg);
	}
}

static void
find_config(struct parser *p, size_t i, const char *value)
{
	if (is_config(spec(p->c, i)))
		p->file = value;
}

static void
apply(struct parser *p, size_t i, const char *value)
{
	const struct option_spec *o = spec(p->c, i);
	const char *wanted =
	    set(p, i, COMMAND_LINE, is_flag(o) ? "yes" : value);

	if (wanted != NULL)
		fail(p->c, "--%s %s: should be %s", o->name, value, wanted);
}

void
options_parse(const struct command_spec *c, int argc, char **argv,
	      void *settings, char ***rest, int *nrest)
{
	struct parser p = {.c = c, .settings = settings};
	bool named;

	/* Twice: the file is named on the line that beats it. */
	each_option(&p, argc, argv, find_config);
	named = p.file != NULL;
	for (size_t i = 0; i < count(c) && !named; i++)
		if (is_config(spec(c, i)))
			p.file = *(const char **)((char *)settings +
						  spec(c, i)->offset);
	if (c->section != NULL && p.file != NULL)
		read_file(&p, named);
	each_option(&p, argc, argv, apply);
	*rest = argv + optind;
	*nrest = argc - optind;
}

static void
print_size(FILE *to, const char *name, uint64_t v)
{
	static const char units[] = "KMGT";
	int u = 0;

	while (v != 0 && v % 1024 == 0 && u < 4) {
		v /= 1024;
		u++;
	}
	fprintf(to, "%s = %llu", name, (unsigned long long)v);
	fprintf(to, u > 0 ? "%c\n" : "\n", units[u > 0 ? u - 1 : 0]);
}

static void
print_value(const struct option_spec *o, const void *field, FILE *to)
{
	const struct option_list *list = field;
	const char *text;

	switch (o->type) {
	case OPTION_FLAG:
		fprintf(to, "%s = %s\n", o->name,
			*(const bool *)field ? "yes" : "no");
		break;
	case OPTION_STRING:
		text = *(const char *const *)field;
		if (text != NULL)
			fprintf(to, "%s = %s\n", o->name, text);
		break;
	case OPTION_LIST:
		for (size_t i = 0; i < list->n; i++)
			fprintf(to, "%s = %s\n", o->name, list->v[i]);
		break;
	case OPTION_NUMBER:
		fprintf(to, "%s = %llu\n", o->name,
			(unsigned long long)*(const uint64_t *)field);
		break;
	case OPTION_SIZE:
		print_size(to, o->name, *(const uint64_t *)field);
		break;
	case OPTION_FD:
		if (*(const int *)field != OPTION_NO_FD)
			fprintf(to, "%s = %d\n", o->name, *(const int *)field);
		break;
	}
}

void
options_print(const struct command_spec *c, const void *settings, FILE *to)
{
	if (c->section != NULL)
		fprintf(to, "[%s]\n", c->section);
	for (size_t i = 0; i < count(c); i++) {
		const struct option_spec *o = spec(c, i);

		if (is_setting(o))
			print_value(o, (const char *)settings + o->offset, to);
	}
}
