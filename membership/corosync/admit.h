/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key_admit: has corosync take the connections of a member that is not root.
 *
 * corosync takes those of root alone, and of users that its map names
 * (cmap_keys(7), "uidgid.uid").  A new corosync has forgotten them.  So a
 * member that gives up root leaves a child process behind that stays root and
 * does one thing: each time that the member asks, it writes the member's user
 * into corosync's map.  The child ends with the member.
 */
#ifndef VF_MEMBERSHIP_COROSYNC_ADMIT_H
#define VF_MEMBERSHIP_COROSYNC_ADMIT_H

#include <sys/types.h>

/* Starts the child process, for the user uid.  Must be called by root, at most
 * once in a process, before anything is opened that the child is not to have.
 * Returns 0, or -1 and errno. */
int admit_start(uid_t uid);
/* Asks the child process, if there is one, to write the user into the map.
 * Does not wait for it. */
void admit_ask(void);

#endif
