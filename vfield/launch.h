/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* launch: makes the supervisor's processes, with their limits, terminal,
 * signals and name.
 */
#ifndef VF_VFIELD_LAUNCH_H
#define VF_VFIELD_LAUNCH_H

#include <sys/types.h>

#include "vfield/supervise.h"

#define LAUNCH_OOM_SCORE 16 /* bytes of a score's text */

/* The supervisor's own end takes the children with it, so it is as vital as
 * the most vital of them; one that carries a root gets a session of its own.
 * Leaves the score of those that are not vital in `was`; "" if it is not
 * known. */
void launch_become_vital(char was[LAUNCH_OOM_SCORE]);

/* Forks and runs a process, which ends with this one.  oom_score is for one
 * that is not vital; ready_fd, unless -1, is added to its arguments.  Returns
 * the process id; -1 and errno.  A program that cannot be run is logged, and
 * the process ends with status 127. */
pid_t launch(const struct child_spec *spec, const char *oom_score,
	     int ready_fd);

#endif
