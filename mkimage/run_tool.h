/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_tool: commands that do a part of the work. */
#ifndef VF_MKIMAGE_RUN_TOOL_H
#define VF_MKIMAGE_RUN_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUN_ARGS_MAX 512

/* A command line; its words are copies. */
struct command {
	char *argv[RUN_ARGS_MAX];
	size_t n;
};

void command_add(struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Has a signal that is to end this program end the command that runs, and no
 * further one run, so that the program still cleans up. */
void run_init(void);
/* A signal has told this program to end. */
bool run_interrupted(void);

/* Runs the command, waits for its end, frees it.  Its stdout goes to stderr.
 * -1: it did not end with 0; logged. */
int command_run(struct command *c);

/* The same, while a line on a terminal says how far it is: what it does, the
 * seconds it takes, and, where the bytes that it will read are known (not 0),
 * how many it has read, how fast, and how long that will still take. */
int command_watch(struct command *c, const char *what, uint64_t bytes);

/* The program is in PATH.  Says what to install if not. */
bool program_there(const char *name, const char *package);

#endif
