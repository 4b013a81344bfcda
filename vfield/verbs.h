/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* verbs: finds the command that the first operand of a command such as `vfield
 * site` names, and prints the list of such commands. */
#ifndef VF_VFIELD_VERBS_H
#define VF_VFIELD_VERBS_H

#include <stddef.h>

#include "lib/options.h"

struct verbs {
	const char *program; /* "vfield site" */
	/* the text under the usage in the help, with its \n */
	const char *about;
	/* text above the last line of the help, with its \n; NULL: none */
	const char *note;
	/* Returns the command of number i.  Its program is the text `program`,
	 * a blank and the command's name.  Returns NULL if there are no more.
	 */
	const struct command_spec *(*at)(size_t i);
};

/* Finds the command whose name is argv[1].  Returns its number.  If argv[1] is
 * --help, missing or wrong, prints the list, or that there is no such command,
 * sets *status to the exit status, and returns -1. */
int verbs_find(const struct verbs *vs, int argc, char **argv, int *status);

#endif
