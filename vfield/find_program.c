/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/find_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"

char *
find_program(const char *name)
{
	const char *path = getenv("PATH");

	if (path == NULL)
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin";
	while (*path != '\0') {
		size_t len = strcspn(path, ":");
		char *file;

		if (asprintf(&file, "%.*s/%s", (int)len, path, name) == -1)
			return NULL;
		if (len > 0 && access(file, X_OK) == 0)
			return file;
		free(file);
		path += len + (path[len] == ':');
	}
	return NULL;
}

char *
find_plugin(const char *bin)
{
	static const char *const places[] = {
	    "../lib/vfield/nbdkit-vfield-plugin.so",
	    "../lib/nbdkit-vfield-plugin.so",
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		AUTO_FREE char *file = path_in(bin, places[i]);

		if (access(file, R_OK) == 0)
			return realpath(file, NULL);
	}
	return NULL;
}
