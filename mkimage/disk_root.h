/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_root: finds the root file system of an installed Linux on a disk, and
 * mounts it together with the file systems of that disk that its fstab names.
 */
#ifndef VF_MKIMAGE_DISK_ROOT_H
#define VF_MKIMAGE_DISK_ROOT_H

#include <stdint.h>

#include "mkimage/patterns.h"

#define ROOT_ANY UINT64_MAX

struct root {
	/* path of a block device, or of a raw disk image */
	const char *file;
	const char *name; /* name of the disk in messages */
	/* number of the root's partition, or ROOT_ANY */
	uint64_t partition;
	/* btrfs subvolume that is the root; NULL: any */
	const char *subvolume;
	/* nothing is mounted on a directory that these patterns hide */
	const struct patterns *out;
};

/* Finds the root and mounts it read-only on the directory `at`, with the file
 * systems that its fstab names.  Adds to *missing the number of fstab lines
 * whose file systems belong in the image and could not be mounted, or that
 * could not be parsed; each is logged.  Returns 0; or -1, logged, if there is
 * no root, more than one, or one that cannot be mounted. */
int root_mount(const struct root *r, const char *at, unsigned *missing);

#endif
