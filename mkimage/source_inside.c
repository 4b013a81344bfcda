/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/source_inside.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Returns a descriptor of the file `name` in `root`, or -1 and sets errno.
 * Opens with O_PATH, so that the open never waits, not even for the writer of a
 * FIFO. */
static int
open_path(const char *root, const char *name)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve = RESOLVE_IN_ROOT};
	AUTO_CLOSE int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir == -1)
		return -1;
	return syscall(SYS_openat2, dir, name, &how, sizeof how);
}

char *
inside_path(const char *root, const char *name, unsigned type)
{
	AUTO_CLOSE int fd = open_path(root, name);
	char link[32], path[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fd == -1 || fstat(fd, &st) == -1)
		return NULL;
	if ((st.st_mode & S_IFMT) != type)
		return NULL;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n == -1)
		return NULL;
	path[n] = '\0';
	return strdup(path);
}

bool
inside_exists(const char *root, const char *name)
{
	AUTO_CLOSE int fd = open_path(root, name);

	return fd != -1;
}

FILE *
inside_fopen(const char *root, const char *name)
{
	AUTO_FREE char *path = inside_path(root, name, S_IFREG);

	return path != NULL ? fopen(path, "re") : NULL;
}
