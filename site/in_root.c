/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/in_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/write_all.h"

#define DIR_MODE 0755
#define FRESH ".vfield-plugin" /* name of a file that is being written */

static int
open_in_root(int root, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC,
			       .resolve =
				   RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

	return syscall(SYS_openat2, root, path, &how, sizeof how);
}

static int
open_dir(int root, const char *path)
{
	return open_in_root(root, *path != '\0' ? path : ".",
			    O_PATH | O_DIRECTORY);
}

/* Splits a path at its last '/'.  Copies the directory before it to `dir`, and
 * returns the name after it; NULL: the path is too long. */
static const char *
split(const char *path, char dir[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash != NULL ? (size_t)(slash - path) : 0;

	if (n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	memcpy(dir, path, n);
	dir[n] = '\0';
	return slash != NULL ? slash + 1 : path;
}

int
in_root_dir(int root, const char *path)
{
	AUTO_CLOSE int parent = -1;
	char dir[PATH_MAX];
	const char *name;
	int fd = open_dir(root, path);

	if (fd != -1 || errno != ENOENT || *path == '\0')
		return fd;
	name = split(path, dir);
	if (name == NULL)
		return -1;
	parent = in_root_dir(root, dir);
	if (parent == -1 ||
	    (mkdirat(parent, name, DIR_MODE) == -1 && errno != EEXIST))
		return -1;
	return open_dir(root, path);
}

/* Opens the directory that has the file at path, and makes it if it is missing.
 * Sets *name to the file's name.  Returns the descriptor, or -1 and errno. */
static int
open_parent(int root, const char *path, const char **name)
{
	char dir[PATH_MAX];

	*name = split(path, dir);
	if (*name == NULL)
		return -1;
	if (**name == '\0' || strcmp(*name, ".") == 0 ||
	    strcmp(*name, "..") == 0) {
		errno = EINVAL;
		return -1;
	}
	return in_root_dir(root, dir);
}

/* Renames the file FRESH in the directory `dir` to `name`.  On failure removes
 * it, and returns -1 and errno; else 0. */
static int
name_fresh(int dir, const char *name)
{
	int saved;

	if (renameat(dir, FRESH, dir, name) == 0)
		return 0;
	saved = errno;
	unlinkat(dir, FRESH, 0);
	errno = saved;
	return -1;
}

int
in_root_write(int root, const char *path, const void *data, size_t len,
	      mode_t mode)
{
	const char *name;
	AUTO_CLOSE int dir = open_parent(root, path, &name);
	AUTO_CLOSE int fd = -1;

	if (dir == -1 || (unlinkat(dir, FRESH, 0) == -1 && errno != ENOENT))
		return -1;
	fd = openat(dir, FRESH,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	if (write_all(fd, data, len) == -1 || fchown(fd, 0, 0) == -1 ||
	    fchmod(fd, mode) == -1) {
		int saved = errno;

		unlinkat(dir, FRESH, 0);
		errno = saved;
		return -1;
	}
	return name_fresh(dir, name);
}

bool
in_root_same(int root, const char *path, const void *data, size_t len,
	     mode_t mode)
{
	const char *name;
	AUTO_CLOSE int dir = open_parent(root, path, &name);
	AUTO_FREE char *there = NULL;
	size_t nthere;
	struct stat st;
	mode_t its;

	if (dir == -1 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode) || (size_t)st.st_size != len)
		return false;
	there = in_root_read(dir, name, len, &nthere, &its);
	return there != NULL && nthere == len && its == mode &&
	       memcmp(there, data, len) == 0;
}

int
in_root_readlink(int root, const char *path, char *to, size_t size)
{
	const char *name;
	AUTO_CLOSE int dir = open_parent(root, path, &name);
	ssize_t n = dir == -1 ? -1 : readlinkat(dir, name, to, size - 1);

	if (n == -1)
		return -1;
	to[n] = '\0';
	return 0;
}

int
in_root_link(int root, const char *path, const char *target)
{
	const char *name;
	AUTO_CLOSE int dir = open_parent(root, path, &name);

	if (dir == -1 || (unlinkat(dir, FRESH, 0) == -1 && errno != ENOENT) ||
	    symlinkat(target, dir, FRESH) == -1)
		return -1;
	return name_fresh(dir, name);
}

int
in_root_mkdir(int root, const char *path, mode_t mode)
{
	AUTO_CLOSE int there = open_dir(root, path);
	const char *name;
	AUTO_CLOSE int dir = -1;

	if (there != -1 || errno != ENOENT)
		return there != -1 ? 0 : -1;
	dir = open_parent(root, path, &name);
	if (dir == -1 || mkdirat(dir, name, mode) == -1)
		return -1;
	return fchmodat(dir, name, mode, 0);
}

char *
in_root_read(int root, const char *path, size_t most, size_t *len, mode_t *mode)
{
	AUTO_CLOSE int fd = open_in_root(root, path, O_RDONLY | O_NONBLOCK);
	AUTO_FREE char *data = NULL;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return NULL;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > most) {
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
		return NULL;
	}
	data = malloc(st.st_size + 1);
	*len = 0;
	while (data != NULL && *len < (size_t)st.st_size) {
		ssize_t got = read(fd, data + *len, st.st_size - *len);

		if (got == -1)
			return NULL;
		if (got == 0)
			break;
		*len += got;
	}
	*mode = st.st_mode & 07777;
	return TAKE_PTR(data);
}
