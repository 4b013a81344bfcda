/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log_filter: limits the lines that this process, nbdkit itself included,
 * writes to stderr, by the rules of lib/log_limit.h.
 *
 * A pipe takes the place of stderr, and a child process reads the lines from it
 * and limits them.  Since that is another process, the last lines of nbdkit are
 * not lost if it crashes.  The child ends when no process has the writing end
 * of the pipe open any more.  nbdkit's debugging lines are not limited.
 */
#ifndef VF_NBDKIT_PLUGIN_LOG_FILTER_H
#define VF_NBDKIT_PLUGIN_LOG_FILTER_H

/* Starts the child, before this process has other threads.  Returns 0; or -1
 * and sets errno, and leaves stderr unchanged. */
int log_filter_start(void);

#endif
