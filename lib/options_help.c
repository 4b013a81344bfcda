/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/options_inside.h"

#define HELP_COLUMN 30
#define HELP_WIDTH 80

/* Prints the help text of an option, from HELP_COLUMN on in each line; `column`
 * is the column of the cursor. */
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

void
options_help(const struct command_spec *c, FILE *to)
{
	fprintf(to, "Usage: %s [OPTION]...%s%s\n%s\n\n", c->program,
		*c->args ? " " : "", c->args, c->summary);
	for (size_t i = 0; i < options_count(c); i++) {
		const struct option_spec *o = options_at(c, i);

		print_option(to, o->letter, o->name, o->arg, o->help);
	}
	print_option(to, 'h', "help", NULL, "say this, and exit");
	print_option(to, 0, "version", NULL, "say the version, and exit");
}
