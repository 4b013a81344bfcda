/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backup: keeps in one tar archive the files that make a machine the first of
 * its room:
 *
 *   vfield.conf   the configuration file
 *   keys/         the administrator's key
 *   cluster.key   the cluster key
 *   site/         the site's directory
 *   published/    the sites that were published from this machine
 *   words         the signed words that the node has
 *   leases/       names and addresses of machines, from the boot service
 *
 * tar(1) packs and unpacks.  An archive is never trusted.  It is unpacked into
 * a new directory of this user's alone, in which no path leads elsewhere, and
 * checked before anything outside of that directory is touched.  An archive is
 * refused if it has other names than those above, hard links or devices, or too
 * many files or bytes.
 *
 * Errors   functions that fail have logged why, and return -1. */
#ifndef VF_VFIELD_BACKUP_H
#define VF_VFIELD_BACKUP_H

#include <stdbool.h>
#include <stddef.h>

#define BACKUP_PARTS 7

/* A part of the archive, and the place of its files on this machine. */
struct backup_part {
	const char *name; /* path in the archive */
	const char *path;
	bool directory;
	bool secret; /* only root may read it */
	bool there;  /* the part is on this machine, or in the archive */
};

/* A new directory that only this user can enter. */
struct backup_stage {
	char *dir;
};

int backup_stage_open(struct backup_stage *s);
/* Removes the directory with what is in it. */
void backup_stage_close(struct backup_stage *s);

/* Copies those parts that this machine has to the stage, and sets `there` of
 * each part.  Fails if this machine has none of them. */
int backup_collect(const struct backup_stage *s, struct backup_part *parts);
/* Packs the stage into the new archive `file`, which only this user can read.
 */
int backup_pack(const struct backup_stage *s, const char *file);
/* Unpacks the archive `file` into the stage, checks all that it had, takes the
 * rights of others from the files of secret parts, and sets `there` of each
 * part. */
int backup_unpack(const struct backup_stage *s, const char *file,
		  struct backup_part *parts);
/* Says what a killed restore has left at the places of the parts that are in
 * the archive, and what backup_put would do with it.  Returns 0, or -1 if
 * backup_put would refuse. */
int backup_look(const struct backup_part *parts);
/* Puts those parts that are in the archive in their places: all of them, or, if
 * that fails, none.  What was at a part's path is kept, with ".old" appended to
 * its name, in place of an older file or directory of that name. */
int backup_put(const struct backup_stage *s, const struct backup_part *parts);

#endif
