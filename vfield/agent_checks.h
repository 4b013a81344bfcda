/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_checks: runs the hooks `check` of this machine's plugins, for `vfield
 * agent`, each every so many seconds at an offset of its own, and their hooks
 * `repair` as check_rule.h says.
 *
 * One hook runs at a time, by vfield-plugin, which bounds its memory and its
 * time: a check has as long as its interval, within CHECK_SECONDS_LEAST and
 * CHECK_SECONDS_MOST, a repair REPAIR_SECONDS.  What is not good is written to
 * CHECKS_FILE in the root of the system:
 *
 *   {"checks": [{"name": NAME, "state": WORD, "said": TEXT}]}
 */
#ifndef VF_VFIELD_AGENT_CHECKS_H
#define VF_VFIELD_AGENT_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "vfield/agent_site.h"

#define CHECKS_FILE "run/vfield/checks"
/* Seconds; chosen: a check on a machine that is busy needs some, and one that
 * hangs is not to keep the others for long. */
#define CHECK_SECONDS_LEAST 10
#define CHECK_SECONDS_MOST 30
#define REPAIR_SECONDS 120
#define CHECK_SAID 120 /* bytes of what a check says that are kept, and NUL */

struct agent_checks;

/* The site must outlive the result.  Returns NULL on ENOMEM. */
struct agent_checks *agent_checks_new(const struct agent_site *a);
/* Ends the hook that runs. */
void agent_checks_free(struct agent_checks *c);
/* Reads which plugins the machine has: it has another site, or has started. */
void agent_checks_site(struct agent_checks *c, int64_t now_ns);
/* Starts the hook that is due, if no other runs. */
void agent_checks_tick(struct agent_checks *c, int64_t now_ns);
/* Ends the hook that runs; its result counts nothing. */
void agent_checks_stop(struct agent_checks *c);
/* Takes note that a process has ended.  Returns whether the state of a check
 * has become another. */
bool agent_checks_reaped(struct agent_checks *c, pid_t pid, int status,
			 int64_t now_ns);
/* Returns how many checks are bad or given up; `why` is what the first has
 * said, behind its plugin's name. */
unsigned agent_checks_bad(const struct agent_checks *c, char *why, size_t size);

#endif
