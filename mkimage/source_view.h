/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* source_view: mounts a source read-only, where only this process and its
 * children see it.
 *
 * The mounts are made in a mount namespace of this process, and a loop device
 * vanishes with its last user: both end with this process, however it ends. */
#ifndef VF_MKIMAGE_SOURCE_VIEW_H
#define VF_MKIMAGE_SOURCE_VIEW_H

#include <stdint.h>

#define VIEW_DEVICE 32 /* characters of a loop device's name, with the NUL */

/* Moves this process to a mount namespace of its own.  Returns 0, or -1 and
 * sets errno. */
int view_begin(void);

/* Mounts the directory dir read-only on the directory `at`, without the file
 * systems that are mounted below dir.  Returns 0, or -1 and sets errno. */
int view_directory(const char *dir, const char *at);

/* Makes a read-only block device of the `size` bytes that begin at `offset` in
 * a file or block device, and writes the path of the new device to name.
 * Returns a descriptor of that device, or -1 and sets errno.  The device lasts
 * while the descriptor is open or the device is mounted. */
int view_device(const char *file, uint64_t offset, uint64_t size,
		char name[VIEW_DEVICE]);
/* Mounts the file system on a block device read-only on the directory `at`;
 * `subvolume`, which is the option "subvol=NAME" or "subvolid=N", or NULL,
 * selects a subvolume of a btrfs.  Changes no byte of the device, and replays
 * no journal.  Returns 0, or -1 and sets errno. */
int view_mount(const char *device, const char *type, const char *subvolume,
	       const char *at);

/* Unmounts all that is mounted on `at`. */
void view_end(const char *at);

#endif
