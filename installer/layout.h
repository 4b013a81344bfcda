/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* layout: parses and places the partitions of an installed machine's disk,
 * which a file in the site's directory disks/ lists.
 *
 * Each line is a disk or a partition; # begins a comment:
 *
 *   disk smallest | by-id/NAME | by-path/NAME
 *   NAME SIZE FILESYSTEM [MOUNTPOINT] [keep]
 *
 * SIZE is a number with K, M, G or T, or "rest".  Partition 1 is one that the
 * file does not name: LAYOUT_BIOS, from which GRUB boots with BIOS, and which
 * has the stamp (stamp.h) at its end.
 *
 * Pure.  Positions and sizes are bytes, and multiples of LAYOUT_ALIGN. */
#ifndef VF_INSTALLER_LAYOUT_H
#define VF_INSTALLER_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LAYOUT_PARTS_MAX 32
#define LAYOUT_NAME_MAX 24    /* bytes of a partition's name */
#define LAYOUT_PATH_MAX 127   /* bytes of a mountpoint, or of a disk's name */
#define LAYOUT_FILE_MAX 65536 /* most bytes of a file */
#define LAYOUT_WHY 160        /* bytes of a reason, with the NUL */
#define LAYOUT_ALIGN (UINT64_C(1) << 20)
#define LAYOUT_BIOS "bios"
#define LAYOUT_BIOS_BYTES (2 * LAYOUT_ALIGN)
/* the beginning of each partition's name in the partition table */
#define LAYOUT_PREFIX "vfield-"

enum layout_fs {
	LAYOUT_BARE, /* no file system: the partition LAYOUT_BIOS */
	LAYOUT_EXT4,
	LAYOUT_XFS,
	LAYOUT_BTRFS,
	LAYOUT_VFAT,
	LAYOUT_SWAP,
	LAYOUT_FS_KINDS,
};

struct layout_part {
	char name[LAYOUT_NAME_MAX + 1];
	char mountpoint[LAYOUT_PATH_MAX + 1]; /* "": mounted nowhere */
	enum layout_fs fs;
	bool keep;
	uint64_t start, size; /* bytes; size 0: the rest of the disk */
};

struct layout {
	/* disk's name below /dev/disk, by-id/... or by-path/...; "": the
	 * smallest disk that may be written */
	char disk[LAYOUT_PATH_MAX + 1];
	struct layout_part parts[LAYOUT_PARTS_MAX];
	size_t n;
};

/* Parses the text of a layout into l.  Returns 0; or -1 after writing to `why`
 * what is wrong, with the line's number. */
int layout_parse(const char *text, size_t len, struct layout *l,
		 char why[LAYOUT_WHY]);
/* Parses the file at path into l.  Returns what layout_parse() returns. */
int layout_load(const char *path, struct layout *l, char why[LAYOUT_WHY]);

/* Gives each partition its position on a disk of disk_bytes bytes.  Returns 0;
 * or -1, with l unchanged, if the disk is too small. */
int layout_place(struct layout *l, uint64_t disk_bytes);
/* Writes the script by which sfdisk(8) makes the partition table for a layout
 * that was placed; `guid` becomes the disk's GUID. */
void layout_script(const struct layout *l, const char *guid, FILE *to);

/* Returns the name of a file system, as it is used by mkfs(8) and fstab(5). */
const char *layout_fs_name(enum layout_fs fs);

#endif
