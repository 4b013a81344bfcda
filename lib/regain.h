/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* regain: single steps as root, in a process that starts as root and does all
 * else as another user until it becomes that user for good (become.h).
 *
 * Between the steps the process has the other user's effective ids alone, so
 * that files which it makes are that user's, and nothing that the user has put
 * in its way is followed with root's rights.  Once the process has become the
 * user, or if it was never root, a step has no more rights than all else.  The
 * signal for the death of the parent (PR_SET_PDEATHSIG) stays as it was.
 */
#ifndef VF_LIB_REGAIN_H
#define VF_LIB_REGAIN_H

#include <sys/types.h>

/* Gives root's effective ids up for those of that user and group, without other
 * groups.  Returns 0, or -1 and errno. */
int regain_later(uid_t uid, gid_t gid);
/* Begins a step as root, if regain_later was called.  Returns the effective
 * user until now, which is the argument for regain_end. */
uid_t regain_root(void);
void regain_end(uid_t user);

#endif
