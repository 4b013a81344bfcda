/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run: runs one module of the installer.
 *
 * A module is an executable, the leader of a process group of its own.  Its
 * stdin is /dev/null.  Its stdout and stderr are copied to the log, and their
 * last lines are kept.  On descriptor 3 it reports how far it is: each line has
 * a number from 0 to 100.  Only the first RUN_LINE - 1 bytes of a line are
 * used.
 *
 * If a module writes nothing to any of these for the time limit, all processes
 * of its group get a SIGTERM, and after RUN_GRACE_MS a SIGKILL. */
#ifndef VF_INSTALLER_RUN_H
#define VF_INSTALLER_RUN_H

#include <stdbool.h>
#include <stdio.h>

#define RUN_LINES 20 /* how many of the last lines are kept */
#define RUN_LINE 200 /* bytes of a line, with the NUL */
#define RUN_GRACE_MS 5000

struct run_ops {
	/* Called when the module has reported how far it is, in percent. */
	void (*progress)(void *ctx, int percent);
};

struct run_result {
	/* as from waitpid(2); not 0 if the module was not started */
	int status;
	/* true: the module was ended, since it wrote nothing for the time limit
	 */
	bool too_late;
	bool interrupted; /* true: SIGINT or SIGTERM has come */
	char lines[RUN_LINES][RUN_LINE];
	/* number of all lines; line i is lines[i % RUN_LINES] */
	unsigned nlines;
};

/* Runs the program at path, and waits for its end; limit_s is the time limit in
 * seconds.  Returns 0 if its exit status is 0, else -1.  Fills in r. */
int run_module(const char *path, FILE *log, int limit_s,
	       const struct run_ops *ops, void *ctx, struct run_result *r);
/* Writes to `text` how the module ended: "exit 1", "signal 9", "nothing said
 * for 600 s".  Returns `text`. */
const char *run_how(const struct run_result *r, int limit_s, char text[64]);

#endif
