/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view: a source as a directory, read-only, seen by this process only.
 *
 * The mounts are in a mount namespace of their own, and the loop devices
 * go with their last user: they end with this process, however it ends. */
#ifndef VF_MKIMAGE_VIEW_H
#define VF_MKIMAGE_VIEW_H

#include <stdint.h>

/* Enters a mount namespace of our own.  -1 with errno. */
int view_begin(void);

/* Shows dir at `at`, without the file systems that are mounted beneath; if dir
 * is "/", with the local ones.  -1 with errno. */
int view_directory(const char *dir, const char *at);

/* Shows the file system of a part of a file or device at `at`.  Not a byte of
 * the file is changed, no journal is replayed.  -1 with errno. */
int view_part(const char *file, uint64_t offset, uint64_t size,
	      const char *type, const char *at);

/* Takes away all that is shown at `at`. */
void view_end(const char *at);

#endif
