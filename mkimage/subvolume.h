/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* subvolume: which subvolume of a btrfs is the root of a system. */
#ifndef VF_MKIMAGE_SUBVOLUME_H
#define VF_MKIMAGE_SUBVOLUME_H

#include <stdbool.h>

/* Whether a directory is the root of a Linux: it has os-release and an init. */
bool is_system(const char *root);

/* Looks into a btrfs whose top is shown at top.  Where one subvolume is a
 * root, or one of several is the one that its own fstab calls its root, that
 * is "subvol=NAME", malloc'ed.  NULL: none; or, logged, several. */
char *subvolume_find(const char *top, const char *disk, bool *several);

#endif
