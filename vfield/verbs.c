/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/stdout_flush.h"

static const char *
name_of(const struct verbs *vs, const struct command_spec *c)
{
	return c->program + strlen(vs->program) + 1;
}

static void
help(const struct verbs *vs, FILE *to)
{
	const struct command_spec *c;

	fprintf(to, "Usage: %s COMMAND [OPTION]...\n%s\n", vs->program,
		vs->about);
	for (size_t i = 0; (c = vs->at(i)) != NULL; i++)
		fprintf(to, "  %-10s %s\n", name_of(vs, c), c->summary);
	fprintf(to, "\n%s'%s COMMAND --help' tells more.\n",
		vs->note != NULL ? vs->note : "", vs->program);
}

int
verbs_find(const struct verbs *vs, int argc, char **argv, int *status)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct command_spec *c;

	for (size_t i = 0; (c = vs->at(i)) != NULL; i++)
		if (strcmp(name, name_of(vs, c)) == 0)
			return (int)i;
	*status = 2;
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		help(vs, stdout);
		*status = stdout_flush(vs->program) == 0 ? EXIT_SUCCESS
							 : EXIT_FAILURE;
	} else if (*name != '\0') {
		fprintf(stderr,
			"%s: there is no command '%s'\nTry '%s --help'.\n",
			vs->program, name, vs->program);
	} else {
		help(vs, stderr);
	}
	return -1;
}
