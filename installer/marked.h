/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* marked: whether a disk carries one of the files by which V-FIELD's initramfs
 * uses a file system: vfield-data, vfield-store, vfield-swap. */
#ifndef VF_INSTALLER_MARKED_H
#define VF_INSTALLER_MARKED_H

#include <stdbool.h>

/* Mounts each file system of the disk at path ("/dev/sda"), and of its
 * partitions, read-only and without replaying a journal, in a mount namespace
 * of a child process, and looks into its root.  True also if a file system of a
 * kind that can carry a mark cannot be looked into. */
bool disk_marked(const char *path);

#endif
