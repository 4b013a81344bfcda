/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* environment: variables and files by which modules are told of their job.
 * vfield-install(7) has the list.
 */
#ifndef VF_INSTALLER_ENVIRONMENT_H
#define VF_INSTALLER_ENVIRONMENT_H

#include "installer/layout.h"
#include "installer/settings.h"

/* Paths, which environment_free() frees. */
struct environment {
	char *state;     /* file that says how far the installer is */
	char *log;       /* file with all that modules have said */
	char *dir;       /* directory for files of modules */
	char *target;    /* directory at which the disk is mounted */
	char *functions; /* file with the functions for modules in sh */
};

/* Makes the directory, and sets the variables that are known before the disk
 * is.  Returns 0, or -1 with the error logged. */
int environment_init(struct environment *e, const struct settings *s);
void environment_free(struct environment *e);
/* Sets the variables of the disk, and writes sfdisk's script to DIR/table and
 * the partitions to DIR/parts.  Returns 0, or -1 and errno. */
int environment_disk(const struct environment *e, const char *disk,
		     bool same_table, const char *guid, const struct layout *l);

#endif
