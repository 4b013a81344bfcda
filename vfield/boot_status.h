/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_status: shows the boot service of this machine, and the machines that
 * boot from it, as the file RUNDIR/boot/machines.json describes them.
 */
#ifndef VF_VFIELD_BOOT_STATUS_H
#define VF_VFIELD_BOOT_STATUS_H

#include <json-c/json.h>
#include <stdio.h>

/* Returns the object in RUNDIR/boot/machines.json, for json_object_put; NULL:
 * no boot service runs on this machine, or the file cannot be read. */
struct json_object *boot_status_read(const char *run_dir);
/* Prints what the boot service does, and which image it gives to machines;
 * prints nothing if o is NULL. */
void boot_status_show(FILE *to, struct json_object *o);
/* Prints a table of the machines in o; prints nothing if there are none. */
void boot_status_machines(FILE *to, struct json_object *o);

#endif
