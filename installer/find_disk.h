/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* find_disk: chooses the disk of this machine that is to be written.
 *
 * If the layout or a person names a disk, only that one may be chosen.
 * Otherwise only disks that are fixed, writable, unused and large enough may be
 * chosen: the smallest one that is OURS (disk_content.h); if there is none, the
 * smallest BLANK one; if there is none, and `wipe` is set, the smallest one
 * that does not have the file vfield-data, vfield-store or vfield-swap in the
 * root of any of its file systems.  A repair chooses only a disk that is OURS
 * and has the very partitions of the layout.  If the layout keeps partitions, a
 * disk of OURS with other partitions is refused, unless `wipe` is set. */
#ifndef VF_INSTALLER_FIND_DISK_H
#define VF_INSTALLER_FIND_DISK_H

#include "installer/disk_content.h"
#include "installer/layout.h"

#define FIND_DISK_WHY 1024

struct find_disk {
	/* path of the device that a person names; NULL: none */
	const char *named;
	bool wipe, repair;
	struct digest site;
};

struct disk_chosen {
	int fd;        /* descriptor, open for writing */
	char path[64]; /* "/dev/sda" */
	struct disk_found found;
};

/* Chooses a disk, opens it, and places l on it.  Returns 0; or -1 after writing
 * to `why`, for each disk, why it was refused. */
int find_disk(const struct find_disk *f, struct layout *l,
	      struct disk_chosen *c, char why[FIND_DISK_WHY]);

#endif
