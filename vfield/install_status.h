/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* install_status: shows in `vfield status` how far vfield-install has come on
 * this machine.  The installer writes that as a line to the file "install" in
 * the run directory (installer/screen.h). */
#ifndef VF_VFIELD_INSTALL_STATUS_H
#define VF_VFIELD_INSTALL_STATUS_H

#include <stdio.h>

struct json_object;

/* Adds the installer's line to o as "install".  Adds nothing if vfield-install
 * has not run since this machine started. */
void install_status_add(struct json_object *o, const char *run_dir);
/* Prints the line that install_status_add() has added, if there is one. */
void install_status_show(FILE *to, const struct json_object *o);

#endif
