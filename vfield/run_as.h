/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_as: the users as which a node's programs run that the network reaches.
 *
 * A supervisor that is root starts such a program as a user of its own, which
 * the package makes; the initramfs has the same names, with numbers that no
 * image's user has.  Where there is no such user, the program runs as "nobody".
 * A supervisor that is not root starts all programs as itself.
 */
#ifndef VF_VFIELD_RUN_AS_H
#define VF_VFIELD_RUN_AS_H

#include <stdbool.h>
#include <sys/types.h>

#define RUN_AS_NBD "vfield-nbd"
#define RUN_AS_MEMBER "vfield-member"
#define RUN_AS_STATUS_GROUP "vfield"

struct run_as {
	const char *name; /* the user's name; NULL: the supervisor's user */
	uid_t uid;
	gid_t gid;
};

/* Finds the user `name`, or nobody.  What the user is called is found now, once
 * for all: a machine that boots changes its /etc/passwd later.  Logs that there
 * is no such user. */
struct run_as run_as_find(const char *name);
/* Returns the number of the group `name`; 0: there is none, or this process is
 * not root, and cannot let others in. */
gid_t run_as_find_group(const char *name);
/* Makes this process, a child that is about to execute a program, run as that
 * user, without other groups, and with no capability but, if low_ports, that of
 * binding ports below 1024.  No program that it executes gets more.  Returns 0,
 * or -1 and errno. */
int run_as_become(const struct run_as *u, bool low_ports);
/* Returns whether the user has the rights `mode` (as for access) to path. */
bool run_as_can(const struct run_as *u, const char *path, int mode);
/* Lets the user's group have the rights `mode` to path, which root owns.
 * Returns 0, or -1 and errno. */
int run_as_share(const struct run_as *u, const char *path, mode_t mode);
/* Makes path a regular file that the user owns, with mode 644, unless it is
 * one.  Returns 0, or -1 and errno. */
int run_as_give(const struct run_as *u, const char *path);

#endif
