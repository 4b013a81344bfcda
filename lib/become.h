/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* become: makes a process of root one of another user. */
#ifndef VF_LIB_BECOME_H
#define VF_LIB_BECOME_H

#include <stdbool.h>
#include <sys/types.h>

/* Makes this process, which must be root's and have one thread, run as that
 * user and group, without other groups, and with no capability but, if
 * low_ports, that of binding ports below 1024.  No program that the process
 * executes gets more.  The signal for the death of its parent
 * (PR_SET_PDEATHSIG) stays as it was.  Returns 0, or -1 and errno. */
int become(uid_t uid, gid_t gid, bool low_ports);

#endif
