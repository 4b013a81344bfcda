/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* running: shows the running system as one directory: its root, and the local
 * file systems that are mounted in it.
 *
 * A file system that cannot be shown is logged and left out; all others are
 * shown. */
#ifndef VF_MKIMAGE_RUNNING_H
#define VF_MKIMAGE_RUNNING_H

#include <sys/types.h>

#include "mkimage/patterns.h"

/* Mounts / on the directory `at`, and in it the file systems of disks that are
 * mounted below /, except those on directories that the patterns `out` hide.
 * Adds to *missing the number of file systems that could not be shown; each is
 * logged.  Returns 0, or -1, logged, if the root itself cannot be shown. */
int running_show(const char *at, const struct patterns *out, unsigned *missing);

/* Returns a directory, malloc'ed, on which the block device is mounted in the
 * running system; NULL: the device is not mounted. */
char *running_place(dev_t device);

#endif
