/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_status: the boot service of this machine and the machines that boot, as
 * RUNDIR/boot/machines.json tells of them.
 */
#ifndef VF_VFIELD_BOOT_STATUS_H
#define VF_VFIELD_BOOT_STATUS_H

#include <json-c/json.h>
#include <stdio.h>

/* The boot service's state; NULL: none runs here. */
struct json_object *boot_status_read(const char *run_dir);
/* Prints what the service does, and which image machines get of it; nothing if
 * o is NULL. */
void boot_status_show(FILE *to, struct json_object *o);
/* A table of the machines, if there are any. */
void boot_status_machines(FILE *to, struct json_object *o);

#endif
