/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/become.h"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Keeps these capabilities, of all that a former root has, also for the program
 * that this process executes. */
static int
keep(uint32_t caps)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
	    {.effective = caps, .permitted = caps, .inheritable = caps}};

	if (syscall(SYS_capset, &head, data) == -1)
		return -1;
	for (int i = 0; i < 32; i++)
		if ((caps & 1U << i) != 0 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) == -1)
			return -1;
	return 0;
}

int
become(uid_t uid, gid_t gid, uint32_t caps)
{
	int signal_of_death;

	if (prctl(PR_GET_PDEATHSIG, &signal_of_death, 0, 0, 0) == -1)
		return -1;
	if (caps != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1)
		return -1;
	if (setgroups(0, NULL) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		return -1;
	if (caps != 0 && keep(caps) == -1)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	/* the kernel has forgotten it with the change of the user */
	return prctl(PR_SET_PDEATHSIG, signal_of_death, 0, 0, 0);
}
