/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* launch: starts the supervisor's processes, with their limits, terminal,
 * signals and name.
 */
#ifndef VF_VFIELD_LAUNCH_H
#define VF_VFIELD_LAUNCH_H

#include <sys/types.h>

#include "vfield/supervise.h"

#define LAUNCH_OOM_SCORE 16 /* bytes of an OOM score as text, with the NUL */

/* Exempts the supervisor from the kernel's OOM killer, since its children die
 * with the supervisor.  Writes to `was` the OOM score for children that are not
 * vital: the supervisor's former score, "0" if that was negative, or "" if it
 * is not known.  If the machine's root depends on this node, the supervisor
 * also gets a session of its own. */
void launch_become_vital(char was[LAUNCH_OOM_SCORE]);

/* Forks a process that runs the program of spec, and that the kernel kills when
 * the supervisor ends.  If the child is not vital and oom_score is not "", the
 * child gets that OOM score.  Unless ready_fd is -1, that descriptor stays open
 * in the child, whose arguments get --ready-fd with its number.  Returns the
 * process id, or -1 and errno.  If the program cannot be run, the process logs
 * that and ends with status 127. */
pid_t launch(const struct child_spec *spec, const char *oom_score,
	     int ready_fd);

#endif
