/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* marked: finds out whether a disk has one of the files that mark a file system
 * for use by V-FIELD's initramfs: vfield-data, vfield-store, vfield-swap. */
#ifndef VF_INSTALLER_MARKED_H
#define VF_INSTALLER_MARKED_H

#include <stdbool.h>

/* Returns true if the root of a file system on the disk at path ("/dev/sda"),
 * or on one of its partitions, has such a file.  Each file system is mounted
 * read-only and without replaying a journal, in a mount namespace of a child
 * process.  Returns true also if a file system of a kind that can be marked
 * cannot be looked into. */
bool disk_marked(const char *path);

#endif
