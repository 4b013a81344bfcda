/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* find_disk: chooses the disk of this machine that is written.
 *
 * A disk that the layout or a person names is that one or none.  Else, of the
 * disks that are fixed, writable, unused and large enough, the smallest one
 * that is ours, or the smallest blank one, or, if wipe is set, the smallest one
 * that carries none of the files vfield-data, vfield-store and vfield-swap in
 * the root of any of its file systems.  A repair takes only one that is ours,
 * with the very partitions of the layout.  A layout that keeps partitions is
 * not laid over other partitions of ours, unless wipe is set.
 */
#ifndef VF_INSTALLER_FIND_DISK_H
#define VF_INSTALLER_FIND_DISK_H

#include "installer/disk_rule.h"
#include "installer/layout.h"

#define FIND_DISK_WHY 1024

struct find_disk {
	const char *named; /* a device's path; NULL: as the layout says */
	bool wipe, repair;
	struct digest site;
};

struct disk_chosen {
	int fd;        /* open for writing */
	char path[64]; /* "/dev/sda" */
	struct disk_found found;
};

/* Chooses a disk, opens it, and places l on it.  Returns 0; or -1, with `why`
 * telling of each disk why it is not taken. */
int find_disk(const struct find_disk *f, struct layout *l,
	      struct disk_chosen *c, char why[FIND_DISK_WHY]);

#endif
