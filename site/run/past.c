/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/past.h"

#include <fcntl.h>
#include <string.h>

#include "lib/cleanup.h"
#include "site/in_root.h"

/* most bytes of a report; many times what a host with SHELF_HOST_MAX plugins
 * needs */
#define PAST_MAX (1U << 20)

struct json_object *
past_read(const char *root)
{
	AUTO_CLOSE int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FREE char *text = NULL;
	struct json_object *o;
	size_t len;
	mode_t mode;

	if (fd == -1)
		return NULL;
	text = in_root_read(fd, REPORT_FILE, PAST_MAX, &len, &mode);
	if (text == NULL)
		return NULL;
	text[len] = '\0';
	o = json_tokener_parse(text);
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

const char *
past_text(struct json_object *past, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(past, key, &v) &&
		       json_object_is_type(v, json_type_string)
		   ? json_object_get_string(v)
		   : NULL;
}

const char *
past_fact(struct json_object *past, const char *name)
{
	struct json_object *facts;

	return json_object_object_get_ex(past, "facts", &facts)
		   ? past_text(facts, name)
		   : NULL;
}

const char *
past_plugin(struct json_object *past, const char *plugin, const char *key)
{
	struct json_object *a;

	if (!json_object_object_get_ex(past, "plugins", &a) ||
	    !json_object_is_type(a, json_type_array))
		return NULL;
	for (size_t i = 0; i < json_object_array_length(a); i++) {
		struct json_object *o = json_object_array_get_idx(a, i);
		const char *name = past_text(o, "name");

		if (name != NULL && strcmp(name, plugin) == 0)
			return past_text(o, key);
	}
	return NULL;
}
