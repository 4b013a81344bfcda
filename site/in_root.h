/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* in_root: files in the root of another system, whose symbolic links may lead
 * anywhere: they are followed as that system would follow them, and never lead
 * out of its root (openat2 of Linux 5.6).
 *
 * Paths are relative to the root.  The last part of a path is never followed:
 * what is written takes the place of a link.
 *
 * Writing  a file is written beside its place and renamed, so that it is there
 *          as a whole or not at all.
 * Errors   -1 or NULL, and errno.  EXDEV, ELOOP: a link leads to nowhere.
 */
#ifndef VF_SITE_IN_ROOT_H
#define VF_SITE_IN_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Returns a descriptor of a directory, which is made with its parents, of mode
 * 0755, where it is missing. */
int in_root_dir(int root, const char *path);
/* Writes a file of that mode, owned by root. */
int in_root_write(int root, const char *path, const void *data, size_t len,
		  mode_t mode);
/* Returns whether the path is a file, and no link, of these bytes and mode. */
bool in_root_same(int root, const char *path, const void *data, size_t len,
		  mode_t mode);
/* Reads where a link leads. */
int in_root_readlink(int root, const char *path, char *to, size_t size);
int in_root_link(int root, const char *path, const char *target);
/* Makes a directory, and its parents; the mode of one that is there stays. */
int in_root_mkdir(int root, const char *path, mode_t mode);
/* Reads a file of at most `most` bytes (else EFBIG).  Returns its bytes, *len
 * of them, for free(), and its mode.  Links are followed, within the root. */
char *in_root_read(int root, const char *path, size_t most, size_t *len,
		   mode_t *mode);

#endif
