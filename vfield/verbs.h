/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* verbs: finds the command that is meant by the first operand of a command of
 * commands, such as `vfield site`; prints their list. */
#ifndef VF_VFIELD_VERBS_H
#define VF_VFIELD_VERBS_H

#include <stddef.h>

#include "lib/options.h"

struct verbs {
	const char *program; /* "vfield site" */
	const char *about;   /* the help's text under the usage, with its \n */
	/* text above the help's last line, with its \n; NULL: none */
	const char *note;
	/* Returns the command of number i, whose program is `program`, a blank
	 * and its name; NULL: there are no more. */
	const struct command_spec *(*at)(size_t i);
};

/* Finds the command whose name is argv[1].  Returns its number.  If argv[1] is
 * --help, missing or wrong, prints the list, or that there is no such command,
 * sets *status to the exit status, and returns -1. */
int verbs_find(const struct verbs *vs, int argc, char **argv, int *status);

#endif
