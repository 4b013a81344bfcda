/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/corosync_conf.h"

#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"

#define LINE_BYTES 1024

/* Splits a line "key: value" of corosync.conf(5), and strips blanks from both.
 * Returns false if the line is a comment or has no colon. */
static bool
split(char *line, char **key, char **value)
{
	char *colon = strchr(line, ':');

	*key = line + strspn(line, " \t");
	if (colon == NULL || **key == '#')
		return false;
	*value = colon + 1 + strspn(colon + 1, " \t");
	(*value)[strcspn(*value, " \t\r\n")] = '\0';
	*colon = '\0';
	(*key)[strcspn(*key, " \t")] = '\0';
	return true;
}

static bool
names_address(const char *key)
{
	unsigned ring;
	int end = 0;

	return strcmp(key, "bindnetaddr") == 0 ||
	       (sscanf(key, "ring%1u_addr%n", &ring, &end) == 1 && end > 0 &&
		key[end] == '\0');
}

static bool
loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 ||
	       strcmp(address, "::1") == 0 || strcmp(address, "localhost") == 0;
}

bool
corosync_configured(const char *path)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[LINE_BYTES], *key, *value;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (split(line, &key, &value) && names_address(key) &&
		    *value != '\0' && !loopback(value))
			return true;
	return false;
}
