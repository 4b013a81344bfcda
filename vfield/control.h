/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* control: asks the router of a run directory a question: sends one line to its
 * socket RUNDIR/router.ctl, and reads the answer until end of file.
 *
 * A function without a parameter `ms` blocks for CONTROL_TIMEOUT_MS at most.
 * Names in answers may come from other machines: the caller must clean them by
 * human_clean before it prints them.
 */
#ifndef VF_VFIELD_CONTROL_H
#define VF_VFIELD_CONTROL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_TIMEOUT_MS 5000
#define CONTROL_ANSWER_MAX (64U << 20) /* the most bytes of an answer */

/* Returns the router's answer to `question`, for free().  Returns NULL and sets
 * errno on failure, for example: ENOENT or ECONNREFUSED: no router is there;
 * ETIMEDOUT: the answer did not come in time; EMSGSIZE: the answer is longer
 * than CONTROL_ANSWER_MAX. */
char *control_ask(const char *run_dir, const char *question);
/* Does what control_ask does, but gives up with ETIMEDOUT after ms
 * milliseconds. */
char *control_ask_within(const char *run_dir, const char *question, int ms);
/* Asks as control_ask does, and parses the answer as a JSON object.  Returns
 * the object, for json_object_put.  Returns NULL and sets errno on failure, as
 * control_ask does, or to EPROTO if the answer is no object. */
struct json_object *control_ask_json(const char *run_dir, const char *question);
struct json_object *control_ask_json_within(const char *run_dir,
					    const char *question, int ms);

/* Asks the router which image `name` means, which may be a NAME, ID or NAME@ID.
 * Returns the answer as control_ask_json does: an object with the image's "id",
 * or with an "error" if there is no such image. */
struct json_object *control_resolve(const char *run_dir, const char *name);

/* Prints on stderr why control_ask has just failed, by errno, and what the user
 * can do about that. */
void control_complain(const char *program, const char *run_dir);

/* Return the field `key` of the answer o.  If o has no such field, or one of
 * another type, they return 0, false, "" or NULL. */
uint64_t control_number(struct json_object *o, const char *key);
bool control_bool(struct json_object *o, const char *key);
const char *control_string(struct json_object *o, const char *key);
struct json_object *control_object(struct json_object *o, const char *key);
/* Returns the array `key` of o, and its length in *n.  If o has no such array,
 * returns NULL and sets *n to 0. */
struct json_object *control_array(struct json_object *o, const char *key,
				  size_t *n);
/* Does what control_array does, and sorts the array by the "name" of its
 * elements (node9 before node10), so that rows keep their places from one
 * answer to the next. */
struct json_object *control_array_by_name(struct json_object *o,
					  const char *key, size_t *n);
/* Returns true if `name`, a NAME, ID or NAME@ID (lib/image_name.h), means the
 * image that the object `image` describes. */
bool control_image_is(struct json_object *image, const char *name);

#endif
