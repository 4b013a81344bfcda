/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* limit: what a process may use (setrlimit). */
#ifndef VF_LIB_LIMIT_H
#define VF_LIB_LIMIT_H

/* As much of a resource as the process may allow itself.  Safe between fork
 * and exec. */
void limit_raise(int resource);

#endif
