/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* launch: what is different about a process that the supervisor starts:
 * limits, terminal, signals, name.
 */
#ifndef VF_VFIELD_LAUNCH_H
#define VF_VFIELD_LAUNCH_H

#include <sys/types.h>

#include "vfield/supervise.h"

#define LAUNCH_OOM_SCORE 16 /* bytes of its text */

/* The supervisor's own end takes the children with it, so it is as vital as
 * the most vital of them; one that carries a root gets a session of its own.
 * Leaves the score of those that are not vital in `was`; "" if it is not
 * known. */
void launch_become_vital(char was[LAUNCH_OOM_SCORE]);

/* Fork and run it; oom_score is for one that is not vital, ready_fd is added
 * to its arguments, -1: none.  The process, which ends with this one; or -1
 * and errno.  What cannot be run says so and ends with status 127. */
pid_t launch(const struct child_spec *spec, const char *oom_score,
	     int ready_fd);

#endif
