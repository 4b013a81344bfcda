/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_now.h"

#include <stdio.h>
#include <string.h>

#include "authority/word.h"
#include "vfield/control.h"

void
site_now_word_in(struct json_object *in, const char *subject,
		 struct site_past *p)
{
	size_t n;
	struct json_object *a = control_array(in, "words", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(a, i);
		const char *id = control_string(o, "id");

		if (strcmp(control_string(o, "subject"), subject) != 0 ||
		    digest_parse(id, strlen(id), &p->id) == -1)
			continue;
		p->version = control_number(o, "version");
		p->time_s = control_number(o, "time");
	}
}

void
site_now_word(struct json_object *status, const char *subject,
	      struct site_past *p)
{
	site_now_word_in(control_object(status, "authority"), subject, p);
}

/* Returns the object of the image `id` in the array "images" of `in`; NULL: the
 * image is not there. */
static struct json_object *
find_image(struct json_object *in, const char *id)
{
	size_t n;
	struct json_object *a = control_array(in, "images", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_array_get_idx(a, i);

		if (strcmp(control_string(o, "id"), id) == 0)
			return o;
	}
	return NULL;
}

static void
count_holders(const char *run_dir, struct site_now *now)
{
	struct json_object *o = control_ask_json(run_dir, "nodes"), *a;
	char hex[DIGEST_HEX];
	size_t n;

	digest_hex(&now->word.id, hex);
	a = control_array(o, "nodes", &n);
	now->nodes = n;
	for (size_t i = 0; i < n && now->word.version > 0; i++)
		now->holders += control_bool(
		    find_image(json_object_array_get_idx(a, i), hex),
		    "complete");
	json_object_put(o);
}

bool
site_now_knows(const char *run_dir, const struct digest *id)
{
	struct json_object *o = control_ask_json(run_dir, "status");
	char hex[DIGEST_HEX];
	bool knows = find_image(o, digest_hex(id, hex)) != NULL;

	json_object_put(o);
	return knows;
}

int
site_now_ask(const char *program, const char *run_dir, struct site_now *now)
{
	struct json_object *o = control_ask_json(run_dir, "status"), *a;

	*now = (struct site_now){0};
	if (o == NULL) {
		control_complain(program, run_dir);
		return -1;
	}
	a = control_object(o, "authority");
	snprintf(now->trust, sizeof now->trust, "%s",
		 control_string(a, "trust"));
	now->cluster_key = control_bool(a, "cluster_key");
	site_now_word(o, WORD_SITE, &now->word);
	json_object_put(o);
	now->has_image =
	    now->word.version > 0 && site_now_knows(run_dir, &now->word.id);
	count_holders(run_dir, now);
	return 0;
}
