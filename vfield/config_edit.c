/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/config_edit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

static bool
sets(const char *line, const char *name)
{
	line += strspn(line, " \t");
	if (strncmp(line, name, strlen(name)) != 0)
		return false;
	line += strlen(name);
	line += strspn(line, " \t");
	return *line == '=' || *line == ':';
}

static int
copy(FILE *from, FILE *to, const char *name)
{
	AUTO_FREE char *line = NULL;
	bool common = true;
	size_t room = 0;

	while (from != NULL && getline(&line, &room, from) != -1) {
		common = common && line[strspn(line, " \t")] != '[';
		if (!common || !sets(line, name))
			fputs(line, to);
	}
	return from != NULL && ferror(from) != 0 ? -1 : 0;
}

int
config_edit_set(const char *path, const char *name, const char *value)
{
	AUTO_FREE char *fresh = NULL;
	AUTO_FCLOSE FILE *from = fopen(path, "re");
	bool written;
	FILE *to;

	if ((from == NULL && errno != ENOENT) ||
	    asprintf(&fresh, "%s.new", path) == -1)
		return -1;
	to = fopen(fresh, "we");
	if (to == NULL)
		return -1;
	fprintf(to, "%s = %s\n", name, value);
	written = copy(from, to, name) == 0 && ferror(to) == 0 &&
		  fflush(to) == 0 && fsync(fileno(to)) == 0;
	written = fclose(to) == 0 && written;
	return written ? rename(fresh, path) : -1;
}
