/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* json_fields: adds fields to a JSON object, and prints objects that are
 * events, one a line. */
#ifndef VF_VFIELD_JSON_FIELDS_H
#define VF_VFIELD_JSON_FIELDS_H

#include <json-c/json.h>
#include <stdint.h>

void json_add_number(struct json_object *o, const char *key, uint64_t value);
void json_add_text(struct json_object *o, const char *key, const char *value);
/* Adds the field "seconds" with three decimals. */
void json_add_seconds(struct json_object *o, double s);

/* Makes an object with the field "event", for json_event_print or
 * json_object_put. */
struct json_object *json_event(const char *name);
/* Prints the object as a line on standard output, flushes that, and frees the
 * object.  Returns 0, or -1 and errno. */
int json_event_print(struct json_object *o);

#endif
