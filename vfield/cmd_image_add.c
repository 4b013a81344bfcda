/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image add: makes a running node serve one more image. */
#include "vfield/cmd.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/added_images.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/image_file.h"
#include "vfield/node_config.h"
#include "vfield/run_dir.h"

#define PROGRAM "vfield image add"
#define ERROR_TEXT 256

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

/* Logs why the router has refused the image.  Returns -1. */
static int
refused(const struct image_file *f, struct json_object *answer)
{
	char why[ERROR_TEXT];

	human_clean(control_string(answer, "error"), why, sizeof why);
	log_error("%s: the router does not take it: %s", f->file,
		  why[0] != '\0' ? why : "it does not say why");
	return -1;
}

static int
tell_router(const struct image_file *f, const char *run_dir)
{
	AUTO_FREE char *question = NULL;
	struct json_object *answer;
	int result = 0;

	if (strpbrk(f->file, "\t\n") != NULL ||
	    strpbrk(f->manifest, "\t\n") != NULL) {
		log_error("%s: a path with a tab or a line break cannot be "
			  "added; link the file to another place",
			  f->file);
		return -1;
	}
	if (asprintf(&question, "add %s\t%s", f->file, f->manifest) == -1) {
		log_error("%s: %m", f->file);
		return -1;
	}
	answer = control_ask_json(run_dir, question);
	if (answer == NULL) {
		control_complain(PROGRAM, run_dir);
		return -1;
	}
	if (!control_bool(answer, "ok"))
		result = refused(f, answer);
	json_object_put(answer);
	return result;
}

static int
add(const char *file, const char *run_dir)
{
	char id[DIGEST_HEX];
	struct image_file f;
	int result = -1;

	if (image_file_open(file, run_dir, &f) == -1)
		return -1;
	if (tell_router(&f, run_dir) == 0) {
		/* A failure here only matters if the router dies: RUNDIR/images
		 * is read when it is started again. */
		if (added_images_append(run_dir, f.file, f.manifest) == -1)
			log_warn("%s: served, but not remembered: %m", f.file);
		puts(digest_hex(&f.id, id));
		result = stdout_flush(PROGRAM);
	}
	image_file_close(&f);
	return result;
}

/* Returns true if a node runs.  Called before anything else, since hashing an
 * image for the node may take an hour. */
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
