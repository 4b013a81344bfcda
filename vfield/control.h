/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* control: a question to the router that runs in a run directory, by its
 * socket RUNDIR/router.ctl: a line there, the answer back, end of file.
 *
 * Blocks, CONTROL_TIMEOUT_MS at most.  The answers hold names that came from
 * other machines: see human_clean.
 */
#ifndef VF_VFIELD_CONTROL_H
#define VF_VFIELD_CONTROL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_TIMEOUT_MS 5000
#define CONTROL_ANSWER_MAX (64U << 20) /* bytes */

/* The answer, malloc'ed.  NULL and errno: ENOENT or ECONNREFUSED when no
 * router is there, ETIMEDOUT, EMSGSIZE, … */
char *control_ask(const char *run_dir, const char *question);
/* Asks, and gives up with ETIMEDOUT after so many milliseconds. */
char *control_ask_within(const char *run_dir, const char *question, int ms);
/* Asks, and parses the answer, an object.  EPROTO: it is none. */
struct json_object *control_ask_json(const char *run_dir, const char *question);
struct json_object *control_ask_json_within(const char *run_dir,
					    const char *question, int ms);

/* Says on stderr why there was no answer, and what to do about it. */
void control_complain(const char *program, const char *run_dir);

/* Fields of an answer; a field that is missing or of another type is 0,
 * false, "" or NULL. */
uint64_t control_number(struct json_object *o, const char *key);
bool control_bool(struct json_object *o, const char *key);
const char *control_string(struct json_object *o, const char *key);
struct json_object *control_object(struct json_object *o, const char *key);
/* The array of that name in an object, and its length. */
struct json_object *control_array(struct json_object *o, const char *key,
				  size_t *n);
/* An array in order of "name" (node9 before node10), so that a row does not
 * jump from one answer to the next. */
struct json_object *control_array_by_name(struct json_object *o,
					  const char *key, size_t *n);
/* Whether a text is an image's name, or its id in full. */
bool control_image_is(struct json_object *image, const char *name);

#endif
