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

/* Exempts the supervisor from the kernel's OOM killer, since its end would take
 * the children with it.  A supervisor whose node carries the machine's root
 * also gets a session of its own.  Writes the OOM score for children that are
 * not vital to `was`: the one that the supervisor had, or "0" if that was
 * negative, or "" if it is not known. */
void launch_become_vital(char was[LAUNCH_OOM_SCORE]);

/* Forks a process that runs the program of spec, and that the kernel kills when
 * the supervisor ends.  oom_score: set for a child that is not vital, unless
 * "". ready_fd: unless -1, handed on and named by --ready-fd.  Returns the
 * process id, or -1 and errno.  If the program cannot be run, the process logs
 * that and ends with status 127. */
pid_t launch(const struct child_spec *spec, const char *oom_score,
	     int ready_fd);

#endif
