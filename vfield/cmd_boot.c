/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield boot: vfield-boot, a program of its own since it links what a node
 * does without. */
#include "vfield/cmd.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

int
cmd_boot(int argc, char **argv)
{
	AUTO_FREE char *program = NULL;
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		if (asprintf(&program, "%s/vfield-boot", self) != -1)
			execv(program, argv);
	}
	fprintf(stderr,
		"vfield boot: %s: %m; it belongs beside vfield: is the "
		"installation whole?\n",
		program != NULL ? program : "vfield-boot");
	return EXIT_FAILURE;
}
