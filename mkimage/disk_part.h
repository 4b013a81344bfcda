/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_part: makes a disk's partitions block devices, which can be mounted.
 *
 * A partition gets one loop device, however often it is mounted: btrfs takes
 * two devices with the same UUID for an error. */
#ifndef VF_MKIMAGE_DISK_PART_H
#define VF_MKIMAGE_DISK_PART_H

#include "mkimage/disk.h"
#include "mkimage/source_view.h"

struct parts {
	/* path of the disk or of its image; the caller's string */
	const char *file;
	struct disk disk;
	struct {
		/* descriptor of the loop device; 0: not made yet, -1: failed */
		int fd;
		char name[VIEW_DEVICE];
	} devices[DISK_PARTS_MAX];
};

/* Reads the partitions of the disk or disk image at the path `file`.  Returns
 * them, to be closed by parts_close(); or NULL and sets errno. */
struct parts *parts_open(const char *file);
void parts_close(struct parts *p);

/* Mounts the partition p->disk.parts[n] on the directory `at`, where
 * `subvolume` means the same as in view_mount().  Returns 0, or -1 and sets
 * errno. */
int parts_mount(struct parts *p, unsigned n, const char *subvolume,
		const char *at);

/* Returns a phrase for a message that says why the file system inside the
 * partition cannot be read (LVM, RAID or encryption), with advice.  Returns
 * NULL if the file system can be read. */
const char *part_closed(const struct part *p);

#endif
