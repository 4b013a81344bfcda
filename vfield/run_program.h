/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_program: runs another program, and waits for its end. */
#ifndef VF_VFIELD_RUN_PROGRAM_H
#define VF_VFIELD_RUN_PROGRAM_H

#include <stddef.h>

/* Runs the program argv[0] in the directory `dir`.  Returns the program's exit
 * status; -1: the program did not run, or was killed, and the log says so. */
int run_program(const char *dir, const char *const argv[]);
/* Does what run_program does in the present directory, without standard output.
 */
int run_program_quiet(const char *const argv[]);
/* Does what run_program does in the present directory.  The program's standard
 * input is the file `in`, and its standard output the new file `out`, which
 * only this user can read.  If `in` or `out` is NULL, the program has this
 * process's. */
int run_program_files(const char *in, const char *out,
		      const char *const argv[]);
/* Does what run_program_quiet does, but copies the program's standard output to
 * `text`, which has room for len bytes including a NUL; what does not fit is
 * lost. */
int run_program_read(const char *const argv[], char *text, size_t len);

#endif
