/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run: programs of others that do a part of the work. */
#ifndef VF_MKIMAGE_RUN_H
#define VF_MKIMAGE_RUN_H

#include <stdbool.h>
#include <stddef.h>

#define RUN_ARGS_MAX 512

/* A command line; what it is given it copies. */
struct command {
	char *argv[RUN_ARGS_MAX];
	size_t n;
};

void command_add(struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* From now on a signal that is to end this program ends the command that it
 * runs, and no further one is run: what is to be cleaned up still is. */
void run_init(void);
/* Such a signal has come. */
bool run_interrupted(void);

/* Runs it, waits for it, frees it.  What it says on stdout comes on stderr.
 * -1: it did not end with 0; that has been logged. */
int command_run(struct command *c);

/* It is in PATH.  Says what to install if not. */
bool program_there(const char *name, const char *package);

#endif
