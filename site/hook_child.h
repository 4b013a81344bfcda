/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hook_child: starts the process that executes a hook's program. */
#ifndef VF_SITE_HOOK_CHILD_H
#define VF_SITE_HOOK_CHILD_H

#include <sys/types.h>

#include "site/hook.h"

/* Exit status of a process that could not execute the program, and has written
 * the reason to its stderr. */
#define HOOK_CHILD_FAILED 126

/* Starts the process, with `out` as its stdout and `err` as its stderr.
 * Returns the process id, or -1 and errno. */
pid_t hook_child_start(const struct hook *h, int out, int err);

#endif
