/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* next_boot: says what the nodes that have booted from this machine's boot
 * service would get at their next boot. */
#ifndef VF_VFIELD_NEXT_BOOT_H
#define VF_VFIELD_NEXT_BOOT_H

#include <json-c/json.h>
#include <stddef.h>

/* Adds to each node of the router's answer "nodes" that the boot service of
 * run_dir knows an object "next": "id" and "name" of the image that it would
 * get, or "id": "disk"; and "same", whether it runs that image now.  Adds
 * nothing if no boot service runs on this machine. */
void next_boot_add(struct json_object *answer, const char *run_dir);
/* Prints the nodes that will boot what they do not run, and how many others
 * there are; prints nothing if no node has a "next". */
void next_boot_show(struct json_object *nodes, size_t n);

#endif
