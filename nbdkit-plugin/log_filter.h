/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log_filter: limits the lines that this process writes to stderr, nbdkit's own
 * too, by log_limit.  A child does it, so that the last words of a process
 * that crashes are not lost; it ends when nobody can write any more.
 *
 * Lines of nbdkit's debugging pass.
 */
#ifndef VF_NBDKIT_PLUGIN_LOG_FILTER_H
#define VF_NBDKIT_PLUGIN_LOG_FILTER_H

/* Starts the filter, before there are threads.  -1, errno: stderr is as it was.
 */
int log_filter_start(void);

#endif
