/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: reads which partitions and file systems are on a block device, or in a
 * file that is the image of a disk. */
#ifndef VF_MKIMAGE_DISK_H
#define VF_MKIMAGE_DISK_H

#include <stdint.h>

#define DISK_PARTS_MAX 128

struct part {
	/* the partition's number; 0: a whole disk without partitions */
	int number;
	uint64_t offset, size;
	/* file system's type, as mount(8) names it; "": unknown */
	char type[32];
	char uuid[64], label[256], partuuid[64];
	/* partition's name in a GPT, of at most 36 characters */
	char partlabel[128];
};

struct disk {
	struct part parts[DISK_PARTS_MAX];
	unsigned n;
};

/* Reads the partition table of `file` and the superblock in each partition into
 * d.  Returns 0, with d->n = 0 if no partition and no file system is
 * recognised; or -1 and sets errno. */
int disk_read(const char *file, struct disk *d);

#endif
