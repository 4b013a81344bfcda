/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* install_status: tells how far vfield-install is on this machine, for `vfield
 * status`.  The installer writes the line to the file "install" of the run
 * directory (installer/screen.h). */
#ifndef VF_VFIELD_INSTALL_STATUS_H
#define VF_VFIELD_INSTALL_STATUS_H

#include <stdio.h>

struct json_object;

/* Adds the line to o as "install".  Adds nothing if nothing was installed since
 * this machine started. */
void install_status_add(struct json_object *o, const char *run_dir);
/* Prints the line that install_status_add() has added, if there is one. */
void install_status_show(FILE *to, const struct json_object *o);

#endif
