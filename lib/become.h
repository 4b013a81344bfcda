/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* become: makes a process of root one of another user. */
#ifndef VF_LIB_BECOME_H
#define VF_LIB_BECOME_H

#include <linux/capability.h>
#include <stdint.h>
#include <sys/types.h>

/* The capability to bind ports below 1024. */
#define BECOME_LOW_PORTS (1U << CAP_NET_BIND_SERVICE)

/* Makes this process, which must be root's, run as that
 * user and group, without other groups, and with no capability but `caps`: bit
 * N is that of number N (capabilities(7)).  A program that the process executes
 * gets the same.  Other threads lose all
 * capabilities, and may gain rights by a program that they execute.  The signal
 * for the death of its parent (PR_SET_PDEATHSIG) stays as it was.  Returns 0,
 * or -1 and errno. */
int become(uid_t uid, gid_t gid, uint32_t caps);

#endif
