/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_remove.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "vfield/added_images.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define ERROR_TEXT 512

/* Asks the router to do something about `image`.  Returns its answer, for
 * json_object_put; NULL: there is no answer, or it is a refusal, which is
 * logged. */
static struct json_object *
ask(const char *program, const char *run_dir, const char *question,
    const char *image)
{
	struct json_object *answer = control_ask_json(run_dir, question);
	char why[ERROR_TEXT];

	if (answer == NULL) {
		control_complain(program, run_dir);
		return NULL;
	}
	if (control_bool(answer, "ok"))
		return answer;
	human_clean(control_string(answer, "error"), why, sizeof why);
	log_error("%s: %s", image,
		  why[0] != '\0' ? why : "the router does not say why not");
	json_object_put(answer);
	return NULL;
}

int
image_remove(const char *program, const char *run_dir, const char *name,
	     bool force, struct digest *id)
{
	AUTO_FREE char *question = NULL;
	struct json_object *answer;
	const char *hex;
	int result;

	if (strchr(name, '\n') != NULL) {
		log_error("this is no name of an image");
		return -1;
	}
	if (asprintf(&question, "remove %s%s", force ? "force " : "", name) ==
	    -1) {
		log_error("%s: %m", name);
		return -1;
	}
	answer = ask(program, run_dir, question, name);
	if (answer == NULL)
		return -1;
	hex = control_string(answer, "id");
	result = digest_parse(hex, strlen(hex), id);
	json_object_put(answer);
	if (result == -1)
		log_error("%s: the router's answer has no id", name);
	else if (added_images_drop(run_dir, id) == -1)
		log_warn("%s/images: %m", run_dir);
	return result;
}

void
image_let_go(const char *run_dir, const struct digest *id)
{
	AUTO_FREE char *question = NULL;
	char hex[DIGEST_HEX];

	if (asprintf(&question, "remove %s", digest_hex(id, hex)) != -1)
		json_object_put(control_ask_json(run_dir, question));
	(void)added_images_drop(run_dir, id);
}
