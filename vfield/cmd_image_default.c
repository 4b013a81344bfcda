/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image default: shows or sets the image that machines boot from now on.
 */
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
#include "vfield/sign.h"

#define PROGRAM "vfield image default"
#define TEXT 256

struct settings {
	const char *config;
	const char *run_dir;
	const char *key;
	bool print;
	bool signed_one;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    NODE_OPTIONS("is told"),
    OPT("key", 'k', STRING, key, "KEY",
	"the private key to sign with: a directory, a file, or - for stdin"),
    OPT("print", 0, FLAG, print, NULL,
	"print the signed word, and tell nobody"),
    OPT("signed", 0, FLAG, signed_one, NULL,
	"tell the node a signed word that is read from stdin"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "key",
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

/* Asks the router the question "VERB NAME".  Returns the answer, for
 * json_object_put; NULL: the router refuses or does not answer, and the log
 * says why. */
static struct json_object *
ask_object(const struct settings *set, const char *verb, const char *name)
{
	AUTO_FREE char *question = NULL;
	struct json_object *o = NULL;
	char text[TEXT];

	if (strchr(name, '\n') != NULL) {
		log_error("this is no name of an image");
		return NULL;
	}
	if (asprintf(&question, "%s %s", verb, name) != -1)
		o = control_ask_json(set->run_dir, question);
	if (o == NULL) {
		control_complain(PROGRAM, set->run_dir);
		return NULL;
	}
	human_clean(control_string(o, "error"), text, sizeof text);
	if (text[0] == '\0')
		return o;
	log_error("%s: %s", name, text);
	json_object_put(o);
	return NULL;
}

static int
print_id(struct json_object *o)
{
	char text[TEXT];

	puts(human_clean(control_string(o, "id"), text, sizeof text));
	return stdout_flush(PROGRAM);
}

/* Signs the word that makes an image the default; `o`, the node's answer to
 * "resolve", has the image's id.  Returns the signed word in hexadecimal
 * digits, for free(); NULL: the log says why. */
static char *
sign(const struct settings *set, struct json_object *o)
{
	struct word w = {.subject = WORD_DEFAULT,
			 .version = control_number(o, "version")};
	const char *id = control_string(o, "id");
	struct key_pair k;
	char *digits;

	if (digest_parse(id, strlen(id), &w.id) == -1) {
		log_error("the node gave no id");
		return NULL;
	}
	if (sign_key(set->key, &k) == -1)
		return NULL;
	digits = sign_word(&w, &k);
	explicit_bzero(&k, sizeof k);
	return digits;
}

static int
set_signed(const struct settings *set, struct json_object *o)
{
	AUTO_FREE char *digits = sign(set, o);

	if (digits == NULL)
		return -1;
	if (set->print) {
		puts(digits);
		return stdout_flush(PROGRAM);
	}
	if (sign_tell(PROGRAM, set->run_dir, digits) == -1)
		return -1;
	return print_id(o);
}

static int
set_default(const struct settings *set, const char *name)
{
	struct json_object *o = ask_object(set, "resolve", name);
	int result;

	if (o == NULL)
		return -1;
	if (set->print || control_string(o, "trust")[0] != '\0') {
		result = set_signed(set, o);
		json_object_put(o);
		return result;
	}
	json_object_put(o);
	o = ask_object(set, "default", name);
	if (o == NULL)
		return -1;
	result = print_id(o);
	json_object_put(o);
	return result;
}

static int
pass_on(const struct settings *set)
{
	char line[2 * WORD_MAX + 2];

	if (fgets(line, sizeof line, stdin) == NULL) {
		log_error("no word comes from the standard input");
		return -1;
	}
	line[strcspn(line, "\n")] = '\0';
	return sign_tell(PROGRAM, set->run_dir, line);
}

static int
run(const struct settings *set, const char *name)
{
	if (set->signed_one)
		return pass_on(set);
	if (name != NULL)
		return set_default(set, name);
	return ask(set, "default", "the default");
}

int
cmd_image_default(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .key = SIGN_KEYS};
	char **rest;
	int nrest, result;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest > 1) {
		fprintf(stderr,
			PROGRAM ": one image\nTry '" PROGRAM " --help'.\n");
		return 2;
	}
	if ((set.print && nrest == 0) || (set.signed_one && nrest > 0)) {
		fprintf(stderr, PROGRAM ": --print wants an image, --signed "
					"none\nTry '" PROGRAM " --help'.\n");
		return 2;
	}
	result = run(&set, nrest == 1 ? rest[0] : NULL);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
