/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_as: the users as which a node's programs run that the network reaches.
 *
 * Such a program runs as a user of its own, which the package makes; the
 * initramfs has the same names, with numbers that no image's user has.  Where
 * there is no such user, the program runs as "nobody".  Without root all
 * programs run as who starts them.
 */
#ifndef VF_LIB_RUN_AS_H
#define VF_LIB_RUN_AS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RUN_AS_NBD "vfield-nbd"
#define RUN_AS_ROUTER "vfield-router"
#define RUN_AS_MEMBER "vfield-member"
#define RUN_AS_BOOT "vfield-boot"
#define RUN_AS_STATUS_GROUP "vfield"
/* The number that the kernel itself gives to who has none (overflowuid). */
#define RUN_AS_NOBODY 65534

struct run_as {
	const char *name; /* the user's name; NULL: who has started it */
	uid_t uid;
	gid_t gid;
};

/* Finds the user `name`, or nobody.  What the user is called is found now, once
 * for all: a machine that boots changes its /etc/passwd later.  Logs that there
 * is no such user, or that this process cannot become that user; then the name
 * is NULL. */
struct run_as run_as_find(const char *name);
/* Finds the user `name`, as run_as_find does, but not nobody: where there is no
 * such user, the name is NULL. */
struct run_as run_as_find_own(const char *name);
/* Parses UID:GID, of which none is 0.  Returns 0, or -1. */
int run_as_parse(const char *text, uid_t *uid, gid_t *gid);
/* Returns the number of the group `name`; 0: there is none, or this process is
 * not root, and cannot let others in. */
gid_t run_as_find_group(const char *name);
/* Makes this process run as that user, with these capabilities (become.h), if
 * it is root.  Returns 0, or -1 and errno. */
int run_as_become(const struct run_as *u, uint32_t caps);
/* Returns whether the user has the rights `mode` (as for access) to path. */
bool run_as_can(const struct run_as *u, const char *path, int mode);
/* Lets the user's group have the rights `mode` to path, which root owns.
 * Returns 0, or -1 and errno. */
int run_as_share(const struct run_as *u, const char *path, mode_t mode);
/* Makes path a regular file that the user owns, with mode 644, unless it is
 * one.  Returns 0, or -1 and errno. */
int run_as_give(const struct run_as *u, const char *path);

#endif
