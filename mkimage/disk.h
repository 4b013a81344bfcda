/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: the partitions and file systems of a disk, or of a file that is an
 * image of one. */
#ifndef VF_MKIMAGE_DISK_H
#define VF_MKIMAGE_DISK_H

#include <stdint.h>

#define DISK_PARTS_MAX 128

struct part {
	int number; /* 0 stands for a disk without partitions */
	uint64_t offset, size;
	char type[32]; /* the file system's type; empty: unknown */
	char uuid[64], label[256], partuuid[64];
	char partlabel[128]; /* GPT's names have 36 characters */
};

struct disk {
	struct part parts[DISK_PARTS_MAX];
	unsigned n;
};

/* Reads partition table and superblocks.  -1 with errno; 0 and n = 0: nothing
 * on the disk is known. */
int disk_read(const char *file, struct disk *d);

#endif
