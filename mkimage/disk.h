/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk: what is on a disk, or in a file that is an image of one. */
#ifndef VF_MKIMAGE_DISK_H
#define VF_MKIMAGE_DISK_H

#include <stdint.h>

#define DISK_PARTS_MAX 128

struct part {
	int number; /* 0: the whole disk has no partitions */
	uint64_t offset, size;
	char type[32]; /* of its file system; empty: unknown */
	char uuid[64], label[64], partuuid[64];
};

struct disk {
	struct part parts[DISK_PARTS_MAX];
	unsigned n;
};

/* Reads partition table and superblocks.  -1 with errno; 0 and n = 0: there
 * is nothing known on it. */
int disk_read(const char *file, struct disk *d);

#endif
