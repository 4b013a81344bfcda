/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* options_inside: declares what the files that implement options.h share; no
 * other file includes it. */
#ifndef VF_LIB_OPTIONS_INSIDE_H
#define VF_LIB_OPTIONS_INSIDE_H

#include <string.h>

#include "lib/options.h"

#define OPTIONS_MAX 64

/* Where an option's value comes from; a later origin overrides an earlier one.
 */
enum origin { DEFAULTS, FILE_ALL, FILE_SECTION, COMMAND_LINE };

struct parser {
	const struct command_spec *c;
	void *settings;
	enum origin origin[OPTIONS_MAX];
	const char *file;
	/* the first error in the file, malloc'ed; NULL: none */
	const char *problem;
};

/* Prints on stderr what is wrong with the command line or the file, and exits
 * with status 2. */
void __attribute__((noreturn, format(printf, 2, 3)))
options_fail(const struct command_spec *c, const char *fmt, ...);

/* options_count returns how many options a command has, and options_at the i-th
 * of them, counted from 0: first those of its own table, then those of the
 * shared one. */
size_t options_count(const struct command_spec *c);
const struct option_spec *options_at(const struct command_spec *c, size_t i);
/* Sets option i to the value, unless a later origin has set it already.
 * Returns NULL; or, if the value is malformed, a text that says what it should
 * have been. */
const char *options_set(struct parser *p, size_t i, enum origin origin,
			const char *value);

/* Reads the file p->file (options_file.c).  If `must`, a missing file is an
 * error. */
void options_read_file(struct parser *p, bool must);

/* Prints the text of --help (options_help.c). */
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

/* Returns true if the option may stand in a configuration file, as all may but
 * "config" and the flag -n, which asks to print such a file. */
static inline bool
is_setting(const struct option_spec *o)
{
	return !is_config(o) && !(is_flag(o) && o->letter == 'n');
}

#endif
