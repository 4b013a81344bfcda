/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/run_as.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/become.h"
#include "lib/cleanup.h"
#include "lib/log.h"

static struct run_as
find(const char *name)
{
	const struct passwd *p = getpwnam(name);

	if (p != NULL && p->pw_uid != 0)
		return (struct run_as){name, p->pw_uid, p->pw_gid};
	log_info("there is no user %s: what would run as that user runs as "
		 "nobody",
		 name);
	p = getpwnam("nobody");
	if (p != NULL && p->pw_uid != 0)
		return (struct run_as){"nobody", p->pw_uid, p->pw_gid};
	return (struct run_as){"nobody", RUN_AS_NOBODY, RUN_AS_NOBODY};
}

struct run_as
run_as_find(const char *name)
{
	struct run_as u;

	if (geteuid() != 0)
		return (struct run_as){.name = NULL};
	u = find(name);
	/* Root in a user namespace alone, or without CAP_SETUID, cannot become
	 * the user. */
	if (run_as_can(&u, "/", F_OK))
		return u;
	log_warn("no program can be started as the user %s: what would run as "
		 "that user runs as root",
		 u.name);
	return (struct run_as){.name = NULL};
}

struct run_as
run_as_find_own(const char *name)
{
	const struct passwd *p = geteuid() == 0 ? getpwnam(name) : NULL;
	struct run_as u;

	if (p == NULL || p->pw_uid == 0 || p->pw_gid == 0)
		return (struct run_as){.name = NULL};
	u = (struct run_as){name, p->pw_uid, p->pw_gid};
	return run_as_can(&u, "/", F_OK) ? u : (struct run_as){.name = NULL};
}

int
run_as_parse(const char *text, uid_t *uid, gid_t *gid)
{
	unsigned u, g;
	char rest;

	if (sscanf(text, "%u:%u%c", &u, &g, &rest) != 2 || u == 0 || g == 0)
		return -1;
	*uid = u;
	*gid = g;
	return 0;
}

gid_t
run_as_find_group(const char *name)
{
	const struct group *g = geteuid() == 0 ? getgrnam(name) : NULL;

	return g == NULL ? 0 : g->gr_gid;
}

int
run_as_become(const struct run_as *u, uint32_t caps)
{
	if (u->name == NULL)
		return 0;
	return become(u->uid, u->gid, caps);
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
		_exit(run_as_become(u, 0) == -1 || access(path, mode) == -1);
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
	/* Nothing is changed where another user has it: CAP_FOWNER may be
	 * missing. */
	if (st.st_gid == u->gid && (st.st_mode & mode) == mode)
		return 0;
	if (fchown(fd, -1, u->gid) == -1)
		return -1;
	/* the rights of the group that it had are not handed on */
	return fchmod(fd, (st.st_mode & 07707) | mode);
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
