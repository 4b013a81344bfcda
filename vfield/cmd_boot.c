/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield boot: runs the program vfield-boot.  That is a program of its own,
 * since it links libraries that a node does not need. */
#include "vfield/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"

int
cmd_boot(int argc, char **argv)
{
	AUTO_FREE char *program = NULL;
	AUTO_FREE char *dir = program_dir();

	if (dir != NULL) {
		program = path_in(dir, "vfield-boot");
		execv(program, argv);
	}
	fprintf(stderr,
		"vfield boot: %s: %m; it belongs beside vfield: is the "
		"installation whole?\n",
		program != NULL ? program : "vfield-boot");
	return EXIT_FAILURE;
}
