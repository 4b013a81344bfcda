/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_hook: starts vfield-plugin, which runs the hooks for a role of a host's
 * plugins. */
#ifndef VF_VFIELD_ROLE_HOOK_H
#define VF_VFIELD_ROLE_HOOK_H

#include <sys/types.h>

#include "vfield/agent_site.h"

enum role_verb { ROLE_CAN, ROLE_START, ROLE_RUNS, ROLE_STOP };

/* Seconds that the hooks may take.  Arbitrary: a service that takes longer to
 * start is given up. */
#define ROLE_HOOK_S "60"

const char *role_verb_text(enum role_verb v);
/* Starts a process that runs the hooks of a host for a role.  Returns its id;
 * -1: the log says why.  Its exit status is 0 if all hooks succeed.  It dies
 * with its parent. */
pid_t role_hook_start(const struct agent_site *a, const char *host,
		      const char *role, enum role_verb v);

#endif
