/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin_status: shows in `vfield status` which host of the site this machine
 * is, and what its plugins did (vfield-plugin(8)). */
#ifndef VF_VFIELD_PLUGIN_STATUS_H
#define VF_VFIELD_PLUGIN_STATUS_H

#include <stdio.h>

struct json_object;

/* Adds to o, as "host", the notes of vfield-plugin in the run directory, if
 * there are any. */
void plugin_status_add(struct json_object *o, const char *run_dir);
void plugin_status_show(FILE *to, struct json_object *o);

#endif
