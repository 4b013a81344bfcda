/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/install_status.h"

#include <ctype.h>
#include <json-c/json.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"

/* bytes of the line that are shown, with the NUL */
#define LINE_BYTES 200

void
install_status_add(struct json_object *o, const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "install");
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[LINE_BYTES] = "";

	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		return;
	line[strcspn(line, "\n")] = '\0';
	for (char *p = line; *p != '\0'; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	json_object_object_add(o, "install", json_object_new_string(line));
}

void
install_status_show(FILE *to, const struct json_object *o)
{
	struct json_object *line;

	if (json_object_object_get_ex(o, "install", &line))
		fprintf(to, "disk     %s\n", json_object_get_string(line));
}
