/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>

#include "lib/decimal.h"
#include "lib/options_inside.h"
#include "lib/stdout_flush.h"

/* getopt returns a long option's index plus this base, which is above all
 * letters */
#define GETOPT_LONG_BASE 256
#define HELP_VALUE (GETOPT_LONG_BASE + OPTIONS_MAX)
#define VERSION_VALUE (HELP_VALUE + 1)

void
options_fail(const struct command_spec *c, const char *fmt, ...)
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

size_t
options_count(const struct command_spec *c)
{
	size_t n = rows(c->options) + rows(c->shared);

	assert(n < OPTIONS_MAX);
	return n;
}

const struct option_spec *
options_at(const struct command_spec *c, size_t i)
{
	size_t own = rows(c->options);

	return i < own ? &c->options[i] : &c->shared[i - own];
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

const char *
options_set(struct parser *p, size_t i, enum origin origin, const char *value)
{
	const struct option_spec *o = options_at(p->c, i);
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
	case OPTION_SIZE_OR_ALL:
		v = OPTION_ALL;
		if (strcmp(value, "all") != 0 &&
		    options_parse_size(value, &v) == -1)
			return "a size such as 128M, or all";
		*(uint64_t *)field = v;
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

/* Fills getopt's tables from the tables of the command.  For a long option
 * getopt will return GETOPT_LONG_BASE plus its index, for a letter the letter.
 */
static void
getopt_tables(const struct command_spec *c, struct option *longs, char *shorts)
{
	size_t n = options_count(c);

	/* a leading colon makes getopt tell a missing value from an unknown
	 * option */
	*shorts++ = ':';
	for (size_t i = 0; i < n; i++) {
		const struct option_spec *o = options_at(c, i);

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
	while (options_at(c, i)->letter != got)
		i++;
	return i;
}

/* If `what`, such as "--st", is the beginning of several options' names, ends
 * the program with a message that says so. */
static void
say_ambiguous(const struct command_spec *c, const char *what)
{
	size_t len = strcspn(what, "="), matches = 0;
	char names[256] = "";

	if (strncmp(what, "--", 2) != 0)
		return;
	for (size_t i = 0; i < options_count(c); i++) {
		const char *name = options_at(c, i)->name;
		size_t used = strlen(names);

		if (strncmp(name, what + 2, len - 2) != 0)
			continue;
		matches++;
		snprintf(names + used, sizeof names - used, " --%s", name);
	}
	if (matches > 1)
		options_fail(c, "%.*s may be any of%s", (int)len, what, names);
}

static void __attribute__((noreturn))
bad_option(const struct command_spec *c, int got, char **argv)
{
	const char *what = argv[optind - 1];
	char letter[] = {'-', optopt, '\0'};

	if (optopt != 0 && optopt < GETOPT_LONG_BASE)
		what = letter;
	if (got == ':')
		options_fail(c, "%s needs a value", what);
	if (optopt >= GETOPT_LONG_BASE)
		options_fail(c, "%s takes no value", what);
	say_ambiguous(c, what);
	options_fail(c, "there is no option %.*s", (int)strcspn(what, "="),
		     what);
}

static void __attribute__((noreturn))
help_and_exit(const struct command_spec *c, int got)
{
	if (got == VERSION_VALUE)
		printf("%s %s\n", c->program, VF_VERSION);
	else
		options_help(c, stdout);
	exit(stdout_flush(c->program) == 0 ? 0 : 1);
}

/* Calls `each` for every option of the command line, in order. */
static void
each_option(struct parser *p, int argc, char **argv,
	    void (*each)(struct parser *p, size_t i, const char *value))
{
	struct option longs[OPTIONS_MAX + 3];
	char shorts[2 * OPTIONS_MAX + 3];
	int got;

	getopt_tables(p->c, longs, shorts);
	opterr = 0;
	optind = 0; /* 0 tells glibc to parse from the beginning */
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
	if (is_config(options_at(p->c, i)))
		p->file = value;
}

static void
apply(struct parser *p, size_t i, const char *value)
{
	const struct option_spec *o = options_at(p->c, i);
	const char *wanted =
	    options_set(p, i, COMMAND_LINE, is_flag(o) ? "yes" : value);

	if (wanted != NULL)
		options_fail(p->c, "--%s %s: should be %s", o->name, value,
			     wanted);
}

/* Appends the operands to the list option that command_spec.operands names. */
static void
apply_operands(struct parser *p, char **rest, int nrest)
{
	size_t i = 0;

	while (strcmp(options_at(p->c, i)->name, p->c->operands) != 0)
		i++;
	for (int k = 0; k < nrest; k++)
		apply(p, i, rest[k]);
}

void
options_parse(const struct command_spec *c, int argc, char **argv,
	      void *settings, char ***rest, int *nrest)
{
	struct parser p = {.c = c, .settings = settings};
	bool named;

	/* The command line is parsed twice: first for the name of the file,
	 * then to override what the file says. */
	each_option(&p, argc, argv, find_config);
	named = p.file != NULL;
	for (size_t i = 0; i < options_count(c) && !named; i++)
		if (is_config(options_at(c, i)))
			p.file = *(const char **)((char *)settings +
						  options_at(c, i)->offset);
	if (c->section != NULL && p.file != NULL)
		options_read_file(&p, named);
	each_option(&p, argc, argv, apply);
	*rest = argv + optind;
	*nrest = argc - optind;
	if (c->operands == NULL)
		return;
	apply_operands(&p, *rest, *nrest);
	*nrest = 0;
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
	case OPTION_SIZE_OR_ALL:
		if (*(const uint64_t *)field == OPTION_ALL) {
			fprintf(to, "%s = all\n", o->name);
			break;
		}
		/* fall through */
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
	for (size_t i = 0; i < options_count(c); i++) {
		const struct option_spec *o = options_at(c, i);

		if (is_setting(o))
			print_value(o, (const char *)settings + o->offset, to);
	}
}
