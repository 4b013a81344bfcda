/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_program: runs another program, and waits for its end. */
#ifndef VF_VFIELD_RUN_PROGRAM_H
#define VF_VFIELD_RUN_PROGRAM_H

#include <stddef.h>

/* Runs argv[0] in a directory.  Returns its exit
 * status; -1: it did not run, or was killed, and the log says so. */
int run_program(const char *dir, const char *const argv[]);
/* Does the same, without standard output. */
int run_program_quiet(const char *const argv[]);
/* Does the same, with the file `in` as standard input, or, if that is NULL, the
 * new file `out`, which only this user can read, as standard output. */
int run_program_files(const char *in, const char *out,
		      const char *const argv[]);
/* Does what run_program_quiet does, but copies its standard output to the text,
 * which has room for len bytes with a NUL; what does not fit is lost. */
int run_program_read(const char *const argv[], char *text, size_t len);

#endif
