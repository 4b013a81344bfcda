/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* options: parses a program's options, and prints --help and the configuration
 * file, all from one table.  The lists in man pages are made from it too.
 *
 * A program has a table of OPT() rows, ended by an empty one.  The
 * configuration file (INI, read by inih) sets the same options by the same
 * names, as in "listen = 192.0.2.1".  A setting in a section is for the
 * subcommand of the section's name; a setting before the first section is for
 * all.  The command line overrides the file, and the file overrides the
 * defaults.  A setting that no command has (config_names.h) is an error in any
 * section.
 */
#ifndef VF_LIB_OPTIONS_H
#define VF_LIB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_FLAG,   /* the field is a bool */
	OPTION_STRING, /* a const char *, valid until exit */
	/* a struct option_list; the option may be repeated */
	OPTION_LIST,
	OPTION_NUMBER,      /* a uint64_t; plain decimal, at most INT32_MAX */
	OPTION_SIZE,        /* a uint64_t; K, M, G, T are powers of 1024 */
	OPTION_SIZE_OR_ALL, /* a uint64_t; OPTION_ALL for "all" */
	OPTION_FD,          /* an int, a descriptor; OPTION_NO_FD by default */
};

#define OPTION_NO_FD -1
#define OPTION_ALL UINT64_MAX

#define OPTION_LIST_MAX 64
struct option_list {
	size_t n;
	const char *v[OPTION_LIST_MAX];
};

struct option_spec {
	const char *name; /* long name, without "--" */
	char letter;      /* short name, or 0; not h, which is --help */
	enum option_type type;
	size_t offset;   /* offset of the field in the program's settings */
	const char *arg; /* name of the value in --help; NULL for a flag */
	const char *help;
};

/* A row of an options table:
 *
 *   #define OPT_SETTINGS struct settings
 *   OPT("listen", 'l', STRING, listen, "ADDR", "where to serve NBD"),
 *
 * A field whose C type is not that of the option's type does not compile. */
#define OPT(name, letter, type, field, arg, help)                              \
	{                                                                      \
		name, letter, OPTION_##type,                                   \
		    _Generic(((OPT_SETTINGS *)0)->field, OPT_FIELD_##type      \
			     : offsetof(OPT_SETTINGS, field)),                 \
		    arg, help                                                  \
	}
#define OPT_FIELD_FLAG bool
#define OPT_FIELD_STRING const char *
#define OPT_FIELD_LIST struct option_list
#define OPT_FIELD_NUMBER uint64_t
#define OPT_FIELD_SIZE uint64_t
#define OPT_FIELD_SIZE_OR_ALL uint64_t
#define OPT_FIELD_FD int

struct command_spec {
	/* program and subcommand, such as "vfield serve" */
	const char *program;
	/* section of the configuration file; NULL: the command reads none */
	const char *section;
	/* the operands, as --help shows them: "PEER[:PORT]..." or "" */
	const char *args;
	/* name of the list option to which operands are added; NULL: none */
	const char *operands;
	const char *summary; /* a line about the command, for --help */
	const struct option_spec *options;
	/* a second table, shared with other commands; NULL: none */
	const struct option_spec *shared;
};

/* Parses argv[1..] into settings, which the caller has set to the defaults.
 * Sets *rest to the first operand and *nrest to the number of operands; that is
 * 0 if operands are added to a list option (command_spec.operands).  For
 * --help, prints the options and exits with 0. In case of an error, prints it
 * on stderr with the program's name, and exits with 2. If the table has a
 * string option "config", reads the configuration file that this option names;
 * a missing file is an error only if the command line names it. */
void options_parse(const struct command_spec *c, int argc, char **argv,
		   void *settings, char ***rest, int *nrest);
/* Prints the settings as a configuration file, without "config" and the flag
 * -n, by which a user asks for this. */
void options_print(const struct command_spec *c, const void *settings,
		   FILE *to);
/* Parses a size such as "128K", "128KiB", "1.5G" or "4096" into bytes.  Returns
 * 0, or -1 and EINVAL. */
int options_parse_size(const char *text, uint64_t *bytes);

#endif
