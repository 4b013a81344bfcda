/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image add: makes a running node serve one more image. */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/image_add.h"
#include "vfield/node_config.h"

#define PROGRAM "vfield image add"

struct settings {
	const char *config;
	const char *run_dir;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    NODE_OPTIONS("shall serve it"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "image",
    .args = "FILE",
    .summary = "Have the node on this machine serve FILE too, while it runs.",
    .options = options,
};

static int
add(const char *file, const char *run_dir)
{
	char id[DIGEST_HEX];
	struct image_file f;
	int result = -1;

	if (image_file_open(file, run_dir, &f) == -1)
		return -1;
	if (image_add(PROGRAM, &f, run_dir) == 0) {
		puts(digest_hex(&f.id, id));
		result = stdout_flush(PROGRAM);
	}
	image_file_close(&f);
	return result;
}

/* Returns true if a node runs on this machine.  Called before the image is
 * hashed, since hashing may take an hour and would be useless without a node.
 */
static bool
node_runs(const char *run_dir)
{
	struct json_object *o = control_ask_json(run_dir, "status");

	if (o == NULL)
		control_complain(PROGRAM, run_dir);
	json_object_put(o);
	return o != NULL;
}

int
cmd_image_add(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR};
	char **rest;
	int nrest;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest != 1) {
		fprintf(stderr, PROGRAM ": one image file\nTry '" PROGRAM
					" --help'.\n");
		return 2;
	}
	if (!node_runs(set.run_dir))
		return EXIT_FAILURE;
	return add(rest[0], set.run_dir) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
