/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run: runs one module of the installer.
 *
 * A module is an executable, the leader of a process group of its own.  Its
 * stdin is /dev/null; its stdout and stderr are read here, written to the log
 * and their last lines remembered.  On descriptor 3 it says how far it is: a
 * number from 0 to 100 a line.  Of a line, RUN_LINE bytes are taken.
 *
 * A module that says nothing for the time limit, on any of these, is ended,
 * with all of its group: SIGTERM, after RUN_GRACE_MS SIGKILL.
 */
#ifndef VF_INSTALLER_RUN_H
#define VF_INSTALLER_RUN_H

#include <stdbool.h>
#include <stdio.h>

#define RUN_LINES 20 /* last lines that are remembered */
#define RUN_LINE 200 /* bytes of a line, with the NUL */
#define RUN_GRACE_MS 5000

struct run_ops {
	/* Tells how far the module is, in percent. */
	void (*progress)(void *ctx, int percent);
};

struct run_result {
	int status;       /* as of waitpid(2); not 0 if it was not started */
	bool too_late;    /* the time limit was over */
	bool interrupted; /* SIGINT or SIGTERM came */
	char lines[RUN_LINES][RUN_LINE];
	unsigned nlines; /* lines in all; line i is lines[i % RUN_LINES] */
};

/* Runs the program at path, and waits for its end.  Returns 0 if its exit
 * status is 0, else -1; r says the rest. */
int run_module(const char *path, FILE *log, int limit_s,
	       const struct run_ops *ops, void *ctx, struct run_result *r);
/* Writes how the module ended: "exit 1", "signal 9", "nothing said for 600 s".
 * Returns `text`. */
const char *run_how(const struct run_result *r, int limit_s, char text[64]);

#endif
