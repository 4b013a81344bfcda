/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image remove: makes all nodes drop an image. */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/digest.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/image_remove.h"
#include "vfield/node_config.h"

#define PROGRAM "vfield image remove"

struct settings {
	const char *config;
	const char *run_dir;
	bool force;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("force", 0, FLAG, force, NULL, "also while machines use it"),
    NODE_OPTIONS("is told"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "image",
    .args = "NAME|ID",
    .summary = "Have all machines let go of an image; files stay.",
    .options = options,
};

static int
remove_image(const struct settings *set, const char *name)
{
	char hex[DIGEST_HEX];
	struct digest id;

	if (image_remove(PROGRAM, set->run_dir, name, set->force, &id) == -1)
		return -1;
	puts(digest_hex(&id, hex));
	return stdout_flush(PROGRAM);
}

int
cmd_image_remove(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR};
	char **rest;
	int nrest;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest != 1) {
		fprintf(stderr,
			PROGRAM ": one image\nTry '" PROGRAM " --help'.\n");
		return 2;
	}
	return remove_image(&set, rest[0]) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
