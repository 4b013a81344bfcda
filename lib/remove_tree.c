/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Another user may own the tree and change it meanwhile: so each directory is
 * opened in the one above it, and no path leads through it. */
#include "lib/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Directories within each other; each holds a descriptor.  Paths of systems are
 * far shorter. */
#define DEPTH_MAX 400

static void remove_at(int at, const char *name, dev_t dev, unsigned depth);

/* Removes what is in the directory, and closes fd. */
static void
empty(int fd, dev_t dev, unsigned depth)
{
	DIR *d = fdopendir(fd);
	const struct dirent *e;

	if (d == NULL) {
		close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove_at(fd, e->d_name, dev, depth);
	closedir(d);
}

/* Removes one file or tree.  dev is the file system that is not to be left; 0:
 * that of the tree itself. */
static void
remove_at(int at, const char *name, dev_t dev, unsigned depth)
{
	struct stat st;
	int fd;

	if (unlinkat(at, name, 0) == 0 || depth == DEPTH_MAX)
		return;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && (dev == 0 || st.st_dev == dev))
		empty(fd, st.st_dev, depth + 1);
	else
		close(fd);
	unlinkat(at, name, AT_REMOVEDIR);
}

void
remove_tree(const char *dir)
{
	remove_at(AT_FDCWD, dir, 0, 0);
}
