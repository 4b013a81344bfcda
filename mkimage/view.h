/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view: a source as a directory, read-only, seen by this process only.
 *
 * The mounts are in a mount namespace of their own, and the loop devices
 * go with their last user: they end with this process, however it ends. */
#ifndef VF_MKIMAGE_VIEW_H
#define VF_MKIMAGE_VIEW_H

#include <stdint.h>

/* A namespace of our own.  -1 with errno. */
int view_begin(void);

/* What is at dir, without what is mounted beneath it, at `at`; if dir is "/",
 * with the local file systems beneath it.  -1 with errno. */
int view_directory(const char *dir, const char *at);

/* The file system of a part of a file or device, at `at`.  Not a byte of it
 * is changed, its journal is not replayed.  -1 with errno. */
int view_part(const char *file, uint64_t offset, uint64_t size,
	      const char *type, const char *at);

void view_end(const char *at);

#endif
