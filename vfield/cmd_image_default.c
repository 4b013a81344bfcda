/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image default: which image machines that boot next get. */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/node_config.h"

#define PROGRAM "vfield image default"
#define TEXT 256

struct settings {
	const char *config;
	const char *run_dir;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    NODE_OPTIONS("is told"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "image",
    .args = "[NAME|ID]",
    .summary =
	"Have machines that boot from now on get this image; without one: say "
	"which it is.",
    .options = options,
};

static int
ask(const struct settings *set, const char *question, const char *what)
{
	struct json_object *o = control_ask_json(set->run_dir, question);
	char text[TEXT];
	int result = -1;

	if (o == NULL) {
		control_complain(PROGRAM, set->run_dir);
		return -1;
	}
	human_clean(control_string(o, "error"), text, sizeof text);
	if (text[0] != '\0') {
		log_error("%s: %s", what, text);
	} else if (control_string(o, "id")[0] == '\0') {
		log_error("no image is known yet");
	} else {
		puts(human_clean(control_string(o, "id"), text, sizeof text));
		result = stdout_flush(PROGRAM);
	}
	json_object_put(o);
	return result;
}

static int
set_default(const struct settings *set, const char *name)
{
	AUTO_FREE char *question = NULL;

	if (strchr(name, '\n') != NULL) {
		log_error("this is no name of an image");
		return -1;
	}
	if (asprintf(&question, "default %s", name) == -1) {
		log_error("%s: %m", name);
		return -1;
	}
	return ask(set, question, name);
}

int
cmd_image_default(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR};
	char **rest;
	int nrest, result;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest > 1) {
		fprintf(stderr,
			PROGRAM ": one image\nTry '" PROGRAM " --help'.\n");
		return 2;
	}
	result = nrest == 1 ? set_default(&set, rest[0])
			    : ask(&set, "default", "the default");
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
