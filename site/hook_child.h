/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hook_child: the process that becomes a hook. */
#ifndef VF_SITE_HOOK_CHILD_H
#define VF_SITE_HOOK_CHILD_H

#include <sys/types.h>

#include "site/hook.h"

/* Exit status of a process that could not become the hook; it has said why. */
#define HOOK_CHILD_FAILED 126

/* Starts the process, which writes to the two descriptors.  Returns its id, or
 * -1 and errno. */
pid_t hook_child_start(const struct hook *h, int out, int err);

#endif
