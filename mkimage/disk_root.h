/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_root: the root of an installed Linux among the partitions of a disk,
 * with the file systems of the same disk that its fstab mounts in it. */
#ifndef VF_MKIMAGE_DISK_ROOT_H
#define VF_MKIMAGE_DISK_ROOT_H

#include <stdint.h>

#include "mkimage/patterns.h"

#define ROOT_ANY UINT64_MAX

struct root {
	/* the disk, or a file that is the image of one */
	const char *file;
	const char *name;           /* messages call the disk so */
	uint64_t partition;         /* the root's number, or ROOT_ANY */
	const char *subvolume;      /* the root's, of a btrfs; NULL: any */
	const struct patterns *out; /* directories that need no mount */
};

/* Mounts the root at `at`, read-only.  Adds to *missing for each line of its
 * fstab that belongs to the image and could not be followed; logged.  -1: no
 * root, or too many; logged. */
int root_mount(const struct root *r, const char *at, unsigned *missing);

#endif
