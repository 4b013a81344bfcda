/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_part: the partitions of a disk as block devices that can be mounted.
 *
 * A partition has one device however often it is mounted: btrfs takes a second
 * one with the same UUID for a mistake. */
#ifndef VF_MKIMAGE_DISK_PART_H
#define VF_MKIMAGE_DISK_PART_H

#include "mkimage/disk.h"
#include "mkimage/source_view.h"

struct parts {
	const char *file; /* the disk */
	struct disk disk;
	struct {
		int fd; /* the device's; 0: none yet */
		char name[VIEW_DEVICE];
	} devices[DISK_PARTS_MAX];
};

/* Reads the disk; malloc'ed.  NULL with errno. */
struct parts *parts_open(const char *file);
void parts_close(struct parts *p);

/* Shows a partition at `at`, as view_mount() does.  -1 with errno. */
int parts_mount(struct parts *p, unsigned n, const char *subvolume,
		const char *at);

/* Why a partition's file system cannot be looked into, with what to do about
 * it, for a message: LVM, RAID, encryption.  NULL: it can be. */
const char *part_closed(const struct part *p);

#endif
