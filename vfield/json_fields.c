/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/json_fields.h"

#include <stdio.h>

void
json_add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

void
json_add_text(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

void
json_add_seconds(struct json_object *o, double s)
{
	char text[32];

	snprintf(text, sizeof text, "%.3f", s);
	json_object_object_add(o, "seconds", json_object_new_double_s(s, text));
}

struct json_object *
json_event(const char *name)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "event", name);
	return o;
}

int
json_event_print(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return fflush(stdout) == 0 ? 0 : -1;
}
