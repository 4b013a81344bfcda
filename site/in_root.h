/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* in_root: reads and writes files in the root of another system.  Symbolic
 * links there may lead anywhere; they are followed as that system would follow
 * them, and never lead out of its root (openat2 of Linux 5.6).
 *
 * Paths are relative to the root.  The last part of a path is not followed: if
 * it is a link, a new file replaces the link.
 *
 * Writing  a file is written beside its place and renamed, so that it is there
 *          as a whole or not at all.
 * Errors   -1 or NULL, and errno.  EXDEV, ELOOP: a link leads to nowhere. */
#ifndef VF_SITE_IN_ROOT_H
#define VF_SITE_IN_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Returns a descriptor of a directory.  If the directory is missing, it is made
 * with its parents, with mode 0755. */
int in_root_dir(int root, const char *path);
/* Writes a file with that mode, owned by root. */
int in_root_write(int root, const char *path, const void *data, size_t len,
		  mode_t mode);
/* Returns true if the path is a file, not a link, with these bytes and this
 * mode. */
bool in_root_same(int root, const char *path, const void *data, size_t len,
		  mode_t mode);
/* Writes the target of the link at path to `to`. */
int in_root_readlink(int root, const char *path, char *to, size_t size);
int in_root_link(int root, const char *path, const char *target);
/* Makes a directory and its parents.  The mode of an existing directory stays.
 */
int in_root_mkdir(int root, const char *path, mode_t mode);
/* Reads a file of at most `most` bytes; a longer one fails with EFBIG.  Returns
 * its bytes, for free(), and sets *len to their number and *mode to the file's
 * mode.  Links are followed, within the root. */
char *in_root_read(int root, const char *path, size_t most, size_t *len,
		   mode_t *mode);

#endif
