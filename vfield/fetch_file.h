/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_file: writes a file that appears at its path only when it is complete.
 *
 * The bytes are written to a file without a name (O_TMPFILE) in the path's
 * directory.  If the file system has no such files, they are written to the
 * hidden file `.NAME.vfield` there.  All space is allocated first, so that a
 * file system that is too full is noticed before the first byte is fetched.  At
 * the end the file is synced, gets its name, and the directory is synced.  If
 * the process ends before that, a file without a name vanishes; a hidden file
 * stays, and the next process uses it again.
 *
 * A device at the path is written in place, if fetch_device.h allows that.  Its
 * first chunk is written last, so that a write that is cut short leaves no file
 * system that could be mounted.
 *
 * Errors   a function that fails returns NULL or -1, and writes a text for the
 *          user to `why`, which has FETCH_WHY bytes. */
#ifndef VF_VFIELD_FETCH_FILE_H
#define VF_VFIELD_FETCH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FETCH_WHY 512

struct fetch_file;

/* Losses that the user allows: an existing file, or the bytes of a device. */
enum fetch_may { FETCH_MAY_REPLACE = 1, FETCH_MAY_WIPE = 2 };

/* Begins a file of `size` bytes that is to appear at path.  Fails if anything
 * but a device already exists at path.  However, a regular file that
 * FETCH_MAY_REPLACE allows to be lost is replaced, at the end.  may: values of
 * enum fetch_may, or'ed. */
struct fetch_file *fetch_file_open(const char *path, uint64_t size, mode_t mode,
				   unsigned may, char *why);
/* Writes len bytes at the offset `at`.  Calls may come in any order. */
int fetch_file_write(struct fetch_file *f, const void *data, size_t len,
		     uint64_t at, char *why);
/* Syncs the file, a piece at a time, and gives it its name.  Calls `tick` after
 * each piece.  If tick returns -1 the file gets no name, and this function
 * returns -1. */
int fetch_file_commit(struct fetch_file *f, int (*tick)(void *ctx, char *why),
		      void *ctx, char *why);
/* Closes f. If the file was not committed, its bytes are lost. */
void fetch_file_close(struct fetch_file *f);

#endif
