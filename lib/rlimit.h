/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rlimit: the resources that a process may use (setrlimit). */
#ifndef VF_LIB_RLIMIT_H
#define VF_LIB_RLIMIT_H

/* Raises a resource's limit as far as the process may.  Safe between fork
 * and exec. */
void rlimit_raise(int resource);

#endif
