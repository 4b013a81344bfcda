/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* subvolume: finds out which subvolume of a btrfs is the root of a Linux. */
#ifndef VF_MKIMAGE_SUBVOLUME_H
#define VF_MKIMAGE_SUBVOLUME_H

#include <stdbool.h>

/* Returns whether the directory `root` is the root of a Linux: it has an
 * os-release and /sbin/init. */
bool is_system(const char *root);

/* Searches a btrfs, whose top is mounted on the directory top, for a subvolume
 * that is the root of a Linux.  Returns "subvol=NAME", malloc'ed, for the only
 * such subvolume or, of several, for the only one whose own fstab calls it the
 * root.  Returns NULL if there is none; also if several remain, after setting
 * *several and logging the error.  Messages call the disk by the name
 * `disk`. */
char *subvolume_find(const char *top, const char *disk, bool *several);

#endif
