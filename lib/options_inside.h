/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* options_inside: shared by the files of options.h, and seen by nobody else. */
#ifndef VF_LIB_OPTIONS_INSIDE_H
#define VF_LIB_OPTIONS_INSIDE_H

#include <string.h>

#include "lib/options.h"

#define OPTIONS_MAX 64

/* Where a value comes from; the higher beats the lower. */
enum origin { DEFAULTS, FILE_ALL, FILE_SECTION, COMMAND_LINE };

struct parser {
	const struct command_spec *c;
	void *settings;
	enum origin origin[OPTIONS_MAX];
	const char *file;
	const char *problem; /* the file's first, malloc'ed */
};

/* Says what is wrong with the command line or the file, and exits with 2. */
void __attribute__((noreturn, format(printf, 2, 3)))
options_fail(const struct command_spec *c, const char *fmt, ...);

/* Options are numbered through both tables of a command. */
size_t options_count(const struct command_spec *c);
const struct option_spec *options_at(const struct command_spec *c, size_t i);
/* Sets option i, unless a higher origin has.  NULL, or what the value should
 * have been. */
const char *options_set(struct parser *p, size_t i, enum origin origin,
			const char *value);

/* options_file.c: reads p->file; must: it has to be there. */
void options_read_file(struct parser *p, bool must);

/* options_help.c */
void options_help(const struct command_spec *c, FILE *to);

static inline bool
is_flag(const struct option_spec *o)
{
	return o->type == OPTION_FLAG;
}

static inline bool
is_config(const struct option_spec *o)
{
	return o->type == OPTION_STRING && strcmp(o->name, "config") == 0;
}

/* A setting may stand in a configuration file; the flag that asks to print one
 * may not. */
static inline bool
is_setting(const struct option_spec *o)
{
	return !is_config(o) && !(is_flag(o) && o->letter == 'n');
}

#endif
