/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* status_inside: declares what status.c, status_words.c and status_roles.c
 * share; no other file includes it. */
#ifndef VF_ROUTER_STATUS_INSIDE_H
#define VF_ROUTER_STATUS_INSIDE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/hex.h"

struct image;
struct router;

typedef struct json_object json;

static inline void
add_str(json *o, const char *key, const char *value)
{
	json_object_object_add(
	    o, key, value != NULL ? json_object_new_string(value) : NULL);
}

static inline void
add_num(json *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static inline void
add_bool(json *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

/* Adds at most 16 bytes as hexadecimal digits. */
static inline void
add_hex(json *o, const char *key, const uint8_t *bytes, size_t n)
{
	char hex[33];

	hex_write(bytes, n < 16 ? n : 16, hex);
	add_str(o, key, hex);
}

/* Returns the images of the cluster that this node should have and could not
 * take, each with the reason. */
json *status_not_taken_json(const struct router *r);
/* Returns for each side of the image's disk that hangs what hangs (reading or
 * writing), where, and for how many seconds. */
json *status_hangs_json(const struct router *r, const struct image *im);

#endif
