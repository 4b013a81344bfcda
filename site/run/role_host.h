/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_host: runs the hooks `role` of those plugins of a host that are for a
 * role (vfield-plugin(7)):
 *
 *   can     whether the host could have the role; the site says who may
 *   start   the host has the role now
 *   runs    whether what was started still runs
 *   stop    the host has the role no more; also where it has not started
 *
 * A role for which the host has no plugin is an address alone.
 */
#ifndef VF_SITE_RUN_ROLE_HOST_H
#define VF_SITE_RUN_ROLE_HOST_H

#include "site/run/boot_host.h"

bool role_verb_ok(const char *verb);
/* Runs the hooks in the order of the plugins, `stop` in the other one, and
 * `stop` alone goes on after one has failed.  Returns 0; -1: the log says which
 * has failed, and what it said. */
int role_host(const struct boot_job *job, const char *role, const char *verb);

#endif
