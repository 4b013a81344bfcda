/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* past: the report (report.h) that an earlier run has left in a system. */
#ifndef VF_SITE_RUN_PAST_H
#define VF_SITE_RUN_PAST_H

#include <json-c/json.h>

#define REPORT_FILE "run/vfield/plugins"

/* Returns the report in the system with that root, for json_object_put; NULL:
 * there is none that can be read. */
struct json_object *past_read(const char *root);
/* Return a text of the report, of the host's own facts, of a plugin; NULL: it
 * has none. */
const char *past_text(struct json_object *past, const char *key);
const char *past_fact(struct json_object *past, const char *name);
const char *past_plugin(struct json_object *past, const char *plugin,
			const char *key);

#endif
