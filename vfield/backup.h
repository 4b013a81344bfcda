/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backup: keeps the files that make a machine the first of its room in one tar
 * archive:
 *
 *   vfield.conf   the configuration file
 *   keys/         the administrator's key
 *   cluster.key   the cluster key
 *   site/         the site's directory
 *   published/    what was published from here
 *   words         the signed words that the node has
 *   leases/       names and addresses of machines, of the boot service
 *
 * tar(1) packs and unpacks.  What is unpacked is never trusted: it is unpacked
 * into a new directory of this user's alone, in which no path leads anywhere,
 * and looked through before anything else is touched.  Other names than those
 * above, hard links, devices, and too much of anything are refused.
 *
 * Errors   functions that fail have logged why, and return -1.
 */
#ifndef VF_VFIELD_BACKUP_H
#define VF_VFIELD_BACKUP_H

#include <stdbool.h>
#include <stddef.h>

#define BACKUP_PARTS 7

/* A part of the archive, and its place on this machine. */
struct backup_part {
	const char *name; /* in the archive */
	const char *path;
	bool directory;
	bool secret; /* only root may read it */
	bool there;  /* on this machine, or in the archive */
};

/* A new directory that only this user can enter. */
struct backup_stage {
	char *dir;
};

int backup_stage_open(struct backup_stage *s);
/* Removes the directory with what is in it. */
void backup_stage_close(struct backup_stage *s);

/* Copies those parts that this machine has to the stage, and sets `there` of
 * each.  Fails if it has none. */
int backup_collect(const struct backup_stage *s, struct backup_part *parts);
/* Packs the stage into a new file that only this user can read. */
int backup_pack(const struct backup_stage *s, const char *file);
/* Unpacks the file into the stage, checks all that came, takes from secret
 * parts the rights of others, and sets `there` of each part. */
int backup_unpack(const struct backup_stage *s, const char *file,
		  struct backup_part *parts);
/* Puts a part from the stage to its place.  If `over`, what is there now gets
 * ".old" behind its name; an older one of that name is removed. */
int backup_put(const struct backup_stage *s, const struct backup_part *p,
	       bool over);

#endif
