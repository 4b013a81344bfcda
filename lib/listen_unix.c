/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/listen_unix.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"

static int
unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int
remove_dead_socket(const struct sockaddr_un *un)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (lstat(un->sun_path, &st) == -1)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = unix_socket();
	if (fd == -1)
		return -1;
	if (connect(fd, (const void *)un, sizeof *un) == 0 || errno == EAGAIN) {
		errno = EADDRINUSE;
		return -1;
	}
	if (errno != ECONNREFUSED)
		return -1;
	return unlink(un->sun_path);
}

int
listen_unix(const char *path, mode_t mode, int backlog)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	AUTO_CLOSE int fd = -1;

	if (strlen(path) >= sizeof un.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un.sun_path, path, strlen(path) + 1);
	if (remove_dead_socket(&un) == -1)
		return -1;
	fd = unix_socket();
	if (fd == -1 || bind(fd, (const void *)&un, sizeof un) == -1)
		return -1;
	if ((mode != 0 && chmod(path, mode) == -1) ||
	    listen(fd, backlog) == -1) {
		unlink(path);
		return -1;
	}
	return TAKE_FD(fd);
}

int
listen_unix_share(const char *path, gid_t group)
{
	if (group == 0)
		return 0;
	return chown(path, -1, group) == -1 ? -1 : chmod(path, 0660);
}
