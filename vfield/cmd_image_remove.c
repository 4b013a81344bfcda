/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image remove: makes all nodes drop an image. */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/added_images.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/node_config.h"

#define PROGRAM "vfield image remove"
#define TEXT 512

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
removed(const struct settings *set, struct json_object *o)
{
	const char *id = control_string(o, "id");
	char text[DIGEST_HEX];
	struct digest d;

	if (digest_parse(id, strlen(id), &d) == 0 &&
	    added_images_drop(set->run_dir, &d) == -1)
		log_warn("%s/images: %m", set->run_dir);
	puts(human_clean(id, text, sizeof text));
	return stdout_flush(PROGRAM);
}

static int
ask(const struct settings *set, const char *name)
{
	AUTO_FREE char *question = NULL;
	struct json_object *o;
	char why[TEXT];
	int result = -1;

	if (strchr(name, '\n') != NULL) {
		log_error("this is no name of an image");
		return -1;
	}
	if (asprintf(&question, "remove %s%s", set->force ? "force " : "",
		     name) == -1) {
		log_error("%s: %m", name);
		return -1;
	}
	o = control_ask_json(set->run_dir, question);
	if (o == NULL) {
		control_complain(PROGRAM, set->run_dir);
		return -1;
	}
	human_clean(control_string(o, "error"), why, sizeof why);
	if (why[0] != '\0')
		log_error("%s: %s", name, why);
	else
		result = removed(set, o);
	json_object_put(o);
	return result;
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
	return ask(&set, rest[0]) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
