/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_host: runs the hook `role` of those plugins of a host that are for a
 * role (vfield-plugin(7)), with one of these verbs as its argument:
 *
 *   can     asks whether the host could have the role; the site says who may
 *   start   the host has the role now
 *   runs    asks whether what was started still runs
 *   stop    the host no longer has the role; also if `start` was not run
 *
 * If a host has no plugin for a role, the role is nothing but an address. */
#ifndef VF_SITE_RUN_ROLE_HOST_H
#define VF_SITE_RUN_ROLE_HOST_H

#include "site/run/boot_host.h"

bool role_verb_ok(const char *verb);
/* Runs the hooks with the argument `verb`, in the order of the plugins; with
 * "stop" in the reverse order.  A hook that fails ends that, except with
 * "stop". Returns 0; -1: the log says which hook has failed, and what it
 * printed. */
int role_host(const struct boot_job *job, const char *role, const char *verb);

#endif
