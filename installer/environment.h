/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* environment: sets the variables and writes the files by which modules learn
 * about their job.  vfield-install(7) lists them. */
#ifndef VF_INSTALLER_ENVIRONMENT_H
#define VF_INSTALLER_ENVIRONMENT_H

#include "installer/layout.h"
#include "installer/settings.h"

/* Paths, which environment_free() frees. */
struct environment {
	char *state;     /* file that shows how far the installer is */
	char *log;       /* file with the output of all modules */
	char *dir;       /* directory for files of modules */
	char *target;    /* directory at which the disk is mounted */
	char *functions; /* file with the functions for modules in sh */
};

/* Makes e->dir, and sets those variables that do not depend on the disk.
 * Returns 0, or -1 with the error logged. */
int environment_init(struct environment *e, const struct settings *s);
void environment_free(struct environment *e);
/* Sets the variables about the disk, and writes sfdisk's script to DIR/table
 * and the list of partitions to DIR/parts.  Returns 0, or -1 and errno. */
int environment_disk(const struct environment *e, const char *disk,
		     bool same_table, const char *guid, const struct layout *l);

#endif
