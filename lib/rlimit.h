/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rlimit: raises limits on the resources that a process may use (setrlimit). */
#ifndef VF_LIB_RLIMIT_H
#define VF_LIB_RLIMIT_H

/* Raises the soft limit of a resource (RLIMIT_NOFILE and others) to its hard
 * limit.  May be called between fork and exec. */
void rlimit_raise(int resource);

#endif
