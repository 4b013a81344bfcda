/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fstab: the lines of a source's /etc/fstab, as libmount reads them, and the
 * partitions that they mean.
 *
 * Bytes     come from the source and are hostile: of the options only the
 *           subvolume goes to the kernel.
 * Errors    lack of memory ends the program.
 */
#ifndef VF_MKIMAGE_FSTAB_H
#define VF_MKIMAGE_FSTAB_H

#include <stdbool.h>
#include <stdio.h>

#include "mkimage/disk.h"

enum fstab_kind {
	FSTAB_LOCAL,   /* a file system on a local disk */
	FSTAB_BIND,    /* a directory of the same system, shown again */
	FSTAB_NETWORK, /* a file system that a server has */
	FSTAB_OTHER,   /* swap, or a file system of the kernel's own */
};

struct fstab_line {
	enum fstab_kind kind;
	char *source;    /* the first field, or TAG=VALUE without quotes */
	char *target;    /* an absolute path */
	char *subvolume; /* "subvol=NAME" or "subvolid=N", or NULL */
	bool asked_for;  /* noauto: mounted only when asked for */
};

struct fstab {
	struct fstab_line *lines; /* parents before what is beneath them */
	unsigned n;
	unsigned bad; /* lines that are none */
};

/* Reads a file; NULL has no lines. */
void fstab_read(FILE *from, struct fstab *f);
void fstab_free(struct fstab *f);

/* The line of a directory, or NULL. */
const struct fstab_line *fstab_of(const struct fstab *f, const char *target);

/* A line's source is this partition: by UUID, label, PARTUUID or PARTLABEL, as
 * TAG=VALUE or in /dev/disk, or by its number on the disk that the kernel
 * called disk ("/dev/sda", "/dev/disk/by-id/ata-X"; NULL: unknown). */
bool fstab_means(const struct fstab_line *l, const struct part *p,
		 const char *disk);
/* The disk's part of a partition's name, malloc'ed: "/dev/sda" of "/dev/sda1".
 * NULL: no name of that kind, or of another partition than this number. */
char *fstab_disk(const char *source, int number);

#endif
