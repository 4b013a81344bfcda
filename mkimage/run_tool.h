/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_tool: runs other programs, such as mksquashfs, which do a part of the
 * work. */
#ifndef VF_MKIMAGE_RUN_TOOL_H
#define VF_MKIMAGE_RUN_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUN_ARGS_MAX 512

/* A command line.  Its n words are malloc'ed, and NULL follows them. */
struct command {
	char *argv[RUN_ARGS_MAX];
	size_t n;
};

/* Appends a word to the command, formatted as by printf. */
void command_add(struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds the sbin directories to PATH, and handles SIGHUP, SIGINT and SIGTERM:
 * such a signal ends the command that is running, and no further command is
 * run, so that this program can still clean up. */
void run_init(void);
/* Returns whether one of the signals that run_init() handles has come. */
bool run_interrupted(void);

/* Runs the command with its stdout going to stderr, waits until it ends, and
 * frees its words.  Returns 0 if its exit status is 0, else -1 with the reason
 * logged. */
int command_run(struct command *c);

/* Does the same as command_run(), and meanwhile shows on a terminal what the
 * command does (the words `what`) and how many seconds it has run.  If `bytes`,
 * the number of bytes that the command will read, is not 0, also shows how many
 * have been read, how fast, and how long the rest will take. */
int command_watch(struct command *c, const char *what, uint64_t bytes);

/* Returns whether the program `name` is in PATH.  If not, logs that the Debian
 * package `package` should be installed. */
bool program_there(const char *name, const char *package);

#endif
