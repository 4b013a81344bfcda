/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fstab: reads a source's /etc/fstab by libmount, and tells which partitions
 * its lines mean.
 *
 * Bytes     come from the source and are not trusted: the only mount option
 *           that is handed to the kernel is the one that selects a subvolume.
 * Errors    running out of memory ends the program. */
#ifndef VF_MKIMAGE_FSTAB_H
#define VF_MKIMAGE_FSTAB_H

#include <stdbool.h>
#include <stdio.h>

#include "mkimage/disk.h"

enum fstab_kind {
	FSTAB_LOCAL,   /* a file system on a local disk */
	FSTAB_BIND,    /* a directory of the system, shown at a second place */
	FSTAB_NETWORK, /* a file system on a server */
	FSTAB_OTHER,   /* swap, or a file system without a device, like proc */
};

struct fstab_line {
	enum fstab_kind kind;
	/* the line's first field; quotes of TAG="VALUE" removed */
	char *source;
	char *target;    /* absolute path of the directory to mount on */
	char *subvolume; /* option "subvol=NAME" or "subvolid=N"; NULL: none */
	/* true: the line has the option noauto, and is mounted only on
	 * demand */
	bool asked_for;
};

struct fstab {
	/* sorted: a directory stands before those in it */
	struct fstab_line *lines;
	unsigned n;
	unsigned bad; /* how many lines libmount could not parse */
};

/* Reads the open fstab `from` into f; NULL counts as an empty file. */
void fstab_read(FILE *from, struct fstab *f);
void fstab_free(struct fstab *f);

/* Returns the line whose target is the directory `target`, or NULL if f has
 * none. */
const struct fstab_line *fstab_of(const struct fstab *f, const char *target);

/* Returns whether the line l means the partition p by its source field.  The
 * line may name p by UUID, label, PARTUUID or PARTLABEL, as TAG=VALUE or in
 * /dev/disk, or by the number of p on a disk.  `disk` is the name that the disk
 * of p must have in such a line ("/dev/sda", "/dev/disk/by-id/ata-X"); NULL: no
 * line can name p by its number. */
bool fstab_means(const struct fstab_line *l, const struct part *p,
		 const char *disk);
/* Returns the name of a disk, malloc'ed, cut from `source`, the name of the
 * disk's partition with that number: "/dev/sda" for "/dev/sda1" and 1.  With
 * the number 0, `source` must be a whole disk's name.  Returns NULL if `source`
 * is no such name, or the name of another partition. */
char *fstab_disk(const char *source, int number);

#endif
