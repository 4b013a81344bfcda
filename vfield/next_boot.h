/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* next_boot: shows what the nodes that have booted from this machine's boot
 * service will boot next. */
#ifndef VF_VFIELD_NEXT_BOOT_H
#define VF_VFIELD_NEXT_BOOT_H

#include <json-c/json.h>
#include <stddef.h>

/* Adds an object "next" to each node in the router's answer to "nodes" that the
 * boot service of run_dir knows.  It has the "id" and "name" of the image that
 * the node would boot, or the "id" "disk"; "same" is true if the node runs that
 * image now.  Adds nothing if no boot service runs on this machine. */
void next_boot_add(struct json_object *answer, const char *run_dir);
/* Prints the nodes that will boot another image than they run, and how many
 * others there are.  Prints nothing if no node has a "next". */
void next_boot_show(struct json_object *nodes, size_t n);

#endif
