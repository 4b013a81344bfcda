/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_file: a file that appears at its path only once it is whole.
 *
 * The bytes go to a file without a name (O_TMPFILE) in the directory of the
 * path, or, where the file system has no such files, to the hidden file
 * `.NAME.vfield` there.  All of its space is allocated first, so that a file
 * system that is too full is known before the first byte is fetched.  At the
 * end the file is synced, gets its name, and the directory is synced.  What
 * ends before that, by whatever way, leaves no file without a name; a hidden
 * file that a killed process has left is used again by the next one.
 *
 * Errors   a function that fails writes a text for the user to `why`, which has
 *          FETCH_WHY bytes, and returns NULL or -1.
 */
#ifndef VF_VFIELD_FETCH_FILE_H
#define VF_VFIELD_FETCH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FETCH_WHY 512

struct fetch_file;

/* Begins a file of `size` bytes that is to appear at path.  Fails if something
 * exists at path, unless force is true and that is a regular file, which is
 * replaced at the end. */
struct fetch_file *fetch_file_open(const char *path, uint64_t size, mode_t mode,
				   bool force, char *why);
/* Writes len bytes at the offset `at`.  Calls may come in any order. */
int fetch_file_write(struct fetch_file *f, const void *data, size_t len,
		     uint64_t at, char *why);
/* Syncs the file and gives it its name. */
int fetch_file_commit(struct fetch_file *f, char *why);
/* Closes f; a file that was not committed is gone then. */
void fetch_file_close(struct fetch_file *f);

#endif
