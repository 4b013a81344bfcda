/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/sign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/hex.h"
#include "lib/log.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define TEXT 256

void
sign_no_key(const char *path)
{
	if (errno == ENOENT)
		log_error("%s: %m: --key names it, 'vfield key new' makes one",
			  path);
	else
		log_error("%s: %s", path, key_trouble(errno));
}

int
sign_key(const char *path, struct key_pair *k)
{
	if (key_read(path, k) == 0)
		return 0;
	sign_no_key(path);
	return -1;
}

char *
sign_word(struct word *w, const struct key_pair *k)
{
	char *digits = malloc(2 * WORD_MAX + 1);
	uint8_t buf[WORD_MAX];
	ssize_t n;

	w->time_s = time(NULL);
	n = word_sign(w, k, buf, sizeof buf);
	if (digits == NULL || n == -1) {
		log_error("the word cannot be signed: %m");
		free(digits);
		return NULL;
	}
	hex_write(buf, n, digits);
	return digits;
}

int
sign_tell(const char *program, const char *run_dir, const char *digits)
{
	AUTO_FREE char *question = NULL;
	struct json_object *o;
	char text[TEXT];

	if (asprintf(&question, "word %s", digits) == -1) {
		log_error("%m");
		return -1;
	}
	o = control_ask_json(run_dir, question);
	if (o == NULL) {
		control_complain(program, run_dir);
		return -1;
	}
	human_clean(control_string(o, "error"), text, sizeof text);
	json_object_put(o);
	if (text[0] == '\0')
		return 0;
	log_error("the node does not take the word: %s", text);
	return -1;
}
