/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* past: reads the report (report.h) that an earlier run of vfield-plugin has
 * left in a system. */
#ifndef VF_SITE_RUN_PAST_H
#define VF_SITE_RUN_PAST_H

#include <json-c/json.h>

#define REPORT_FILE "run/vfield/plugins"

/* Returns the report in the system whose root is `root`, for json_object_put;
 * NULL: there is none, or it cannot be read. */
struct json_object *past_read(const char *root);
/* Return a text in the report: past_text that of a key, past_fact one of the
 * host's facts, past_plugin that of a key of a plugin; NULL: the report does
 * not have it. */
const char *past_text(struct json_object *past, const char *key);
const char *past_fact(struct json_object *past, const char *name);
const char *past_plugin(struct json_object *past, const char *plugin,
			const char *key);

#endif
