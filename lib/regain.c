/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/regain.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The signal for the death of the parent (PR_SET_PDEATHSIG), 0 if there is
 * none, and that parent; regain_later sets both. */
static int signal_of_death;
static pid_t parent;

/* Asks again for the signal for the death of the parent, which the kernel
 * forgets at each change of an effective id.  Aborts if the parent has died
 * meanwhile. */
static void
watch_parent(void)
{
	if (signal_of_death == 0)
		return;
	if (prctl(PR_SET_PDEATHSIG, signal_of_death, 0, 0, 0) == -1)
		abort();
	if (getppid() != parent) {
		raise(signal_of_death);
		abort();
	}
}

int
regain_later(uid_t uid, gid_t gid)
{
	parent = getppid();
	if (prctl(PR_GET_PDEATHSIG, &signal_of_death, 0, 0, 0) == -1)
		return -1;
	if (setgroups(0, NULL) == -1 || setegid(gid) == -1 ||
	    seteuid(uid) == -1)
		return -1;
	watch_parent();
	return 0;
}

uid_t
regain_root(void)
{
	uid_t real, now, saved;

	if (getresuid(&real, &now, &saved) == -1)
		abort();
	if (now != 0 && saved == 0 && seteuid(0) == -1)
		abort();
	watch_parent();
	return now;
}

void
regain_end(uid_t user)
{
	int error = errno;

	/* A process that stays root by mistake must not go on. */
	if (geteuid() != user && seteuid(user) == -1)
		abort();
	watch_parent();
	errno = error;
}
