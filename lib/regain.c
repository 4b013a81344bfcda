/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/regain.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

int
regain_later(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) == -1 || setegid(gid) == -1)
		return -1;
	return seteuid(uid);
}

uid_t
regain_root(void)
{
	uid_t real, now, saved;

	if (getresuid(&real, &now, &saved) == -1)
		abort();
	if (now != 0 && saved == 0 && seteuid(0) == -1)
		abort();
	return now;
}

void
regain_end(uid_t user)
{
	int error = errno;

	/* A process that stays root by mistake must not go on. */
	if (geteuid() != user && seteuid(user) == -1)
		abort();
	errno = error;
}
