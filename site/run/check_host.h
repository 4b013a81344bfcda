/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* check_host: runs the hook `check` or `repair` of one plugin of a host, in its
 * running system. */
#ifndef VF_SITE_RUN_CHECK_HOST_H
#define VF_SITE_RUN_CHECK_HOST_H

#include "site/run/boot_host.h"

/* Returns whether the word is the name of one of these hooks. */
bool check_hook_ok(const char *word);
/* Runs the hook.  If it does not end well, prints a line on stdout that says
 * why: how it ended, and the last line that it said.  Returns 0, or -1. */
int check_host(const struct boot_job *job, const char *hook,
	       const char *plugin);

#endif
