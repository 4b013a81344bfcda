/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* source_view: a source as a directory, read-only, seen by this process only.
 *
 * The mounts are in a mount namespace of their own, and the loop devices
 * go with their last user: they end with this process, however it ends. */
#ifndef VF_MKIMAGE_SOURCE_VIEW_H
#define VF_MKIMAGE_SOURCE_VIEW_H

#include <stdint.h>

#define VIEW_DEVICE 32 /* characters of a loop device's name, with the NUL */

/* Enters a mount namespace of our own.  -1 with errno. */
int view_begin(void);

/* Shows dir at `at`, without the file systems that are mounted beneath.  -1
 * with errno. */
int view_directory(const char *dir, const char *at);

/* Makes a part of a file or device a block device, which lasts while the
 * returned descriptor is open or it is mounted.  -1 with errno. */
int view_device(const char *file, uint64_t offset, uint64_t size,
		char name[VIEW_DEVICE]);
/* Shows the file system of a block device at `at`; subvolume ("subvol=NAME",
 * "subvolid=N", or NULL) chooses a part of it.  Not a byte of the device is
 * changed, no journal is replayed.  -1 with errno. */
int view_mount(const char *device, const char *type, const char *subvolume,
	       const char *at);

/* Unmounts all that is shown at `at`. */
void view_end(const char *at);

#endif
