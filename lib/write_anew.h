/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* write_anew: writes a small file so that after a crash, or a power cut, it has
 * all of the new text or all of the old.
 */
#ifndef VF_LIB_WRITE_ANEW_H
#define VF_LIB_WRITE_ANEW_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* Writes the text that `print` prints to PATH.new, and renames that file to
 * path.  Returns 0; on failure returns -1, sets errno, and leaves the file at
 * path as it was. */
int write_anew(const char *path, void (*print)(FILE *to, const void *ctx),
	       const void *ctx);
/* Writes len bytes of data to path as write_anew does.  The file has the
 * permissions `mode` before its first byte is written, so that a secret is
 * never readable by others. */
int write_anew_bytes(const char *path, const void *data, size_t len,
		     mode_t mode);

struct write_anew_as {
	mode_t mode;
	uid_t uid; /* (uid_t)-1: that of this process */
	gid_t gid; /* (gid_t)-1: that of this process */
};

/* As write_anew_bytes, for a file that belongs to that user and group. */
int write_anew_as(const char *path, const void *data, size_t len,
		  const struct write_anew_as *as);

#endif
