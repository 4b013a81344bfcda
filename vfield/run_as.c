/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/run_as.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"

/* The number that the kernel itself gives to who has none (overflowuid). */
#define NOBODY 65534

struct run_as
run_as_find(const char *name)
{
	const struct passwd *p;

	if (geteuid() != 0)
		return (struct run_as){.name = NULL};
	p = getpwnam(name);
	if (p != NULL && p->pw_uid != 0)
		return (struct run_as){name, p->pw_uid, p->pw_gid};
	log_info("there is no user %s: what would run as that user runs as "
		 "nobody",
		 name);
	p = getpwnam("nobody");
	if (p != NULL && p->pw_uid != 0)
		return (struct run_as){"nobody", p->pw_uid, p->pw_gid};
	return (struct run_as){"nobody", NOBODY, NOBODY};
}

/* Keeps CAP_NET_BIND_SERVICE, of all that a former root has, also for the
 * program that this process executes. */
static int
keep_low_ports(void)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
	    {.effective = 1U << CAP_NET_BIND_SERVICE,
	     .permitted = 1U << CAP_NET_BIND_SERVICE,
	     .inheritable = 1U << CAP_NET_BIND_SERVICE}};

	if (syscall(SYS_capset, &head, data) == -1)
		return -1;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE,
		     0, 0);
}

int
run_as_become(const struct run_as *u, bool low_ports)
{
	if (u->name == NULL)
		return 0;
	if (low_ports && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1)
		return -1;
	if (setgroups(0, NULL) == -1 ||
	    setresgid(u->gid, u->gid, u->gid) == -1 ||
	    setresuid(u->uid, u->uid, u->uid) == -1)
		return -1;
	if (low_ports && keep_low_ports() == -1)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

bool
run_as_can(const struct run_as *u, const char *path, int mode)
{
	int status;
	pid_t pid;

	if (u->name == NULL)
		return access(path, mode) == 0;
	pid = fork();
	if (pid == 0)
		_exit(run_as_become(u, false) == -1 ||
		      access(path, mode) == -1);
	return pid != -1 && waitpid(pid, &status, 0) == pid && status == 0;
}

int
run_as_share(const struct run_as *u, const char *path, mode_t mode)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (u->name == NULL)
		return 0;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		return -1;
	/* others have these rights already */
	if ((st.st_mode & mode >> 3) == mode >> 3)
		return 0;
	if (fchown(fd, -1, u->gid) == -1)
		return -1;
	return fchmod(fd, (st.st_mode & 07777) | mode);
}

int
run_as_give(const struct run_as *u, const char *path)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (u->name == NULL)
		return 0;
	fd = open(path, flags);
	/* In a directory such as /tmp root may not open another's file with
	 * O_CREAT (protected_regular, proc_sys_fs(5)). */
	if (fd == -1 && errno == ENOENT)
		fd = open(path, flags | O_CREAT | O_EXCL, 0644);
	if (fd == -1 || fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1) {
		errno = EINVAL;
		return -1;
	}
	return fchown(fd, u->uid, u->gid);
}
