/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/store_give.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/digest.h"

static bool
is_free(uid_t owner)
{
	return owner == 0 || getpwuid(owner) == NULL;
}

/* Gives the user one file or directory, unless another user has it.  The
 * descriptor is of what was looked at, whatever has its name by now. */
static int
give(const struct run_as *u, int at, const char *name)
{
	AUTO_CLOSE int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_uid == u->uid || !is_free(st.st_uid))
		return 0;
	if (!S_ISDIR(st.st_mode) &&
	    ((!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) ||
	     st.st_nlink != 1))
		return 0;
	return fchownat(fd, "", u->uid, -1, AT_EMPTY_PATH);
}

/* Gives the entry `name` of the directory `at` if it is a link. */
static int
give_link(const struct run_as *u, int at, const char *name)
{
	struct stat st;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISLNK(st.st_mode))
		return 0;
	return give(u, at, name);
}

/* Calls `each` for all entries of the directory `name` until one call fails,
 * and gives that directory last. */
static int
give_all(const struct run_as *u, int at, const char *name,
	 int (*each)(const struct run_as *u, int at, const char *name))
{
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;
	int ret = 0;

	if (d == NULL)
		return errno == ENOTDIR || errno == ELOOP ? 0 : -1;
	while (ret == 0 && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			ret = each(u, fd, e->d_name);
	closedir(d);
	return ret == 0 ? give(u, at, name) : -1;
}

static int
give_file_of_image(const struct run_as *u, int at, const char *name)
{
	static const char *const names[] = {"base", "data", "map", "manifest"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return give(u, at, name);
	return 0;
}

static int
give_in_top(const struct run_as *u, int at, const char *name)
{
	static const char *const names[] = {"default", "node.key", "removed",
					    "view", "words"};
	struct digest id;

	if (strcmp(name, "names") == 0)
		return give_all(u, at, name, give_link);
	if (digest_parse(name, strlen(name), &id) == 0)
		return give_all(u, at, name, give_file_of_image);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return give(u, at, name);
	return 0;
}

int
store_give(const struct run_as *u, const char *dir)
{
	AUTO_CLOSE int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (u->name == NULL)
		return 0;
	return fd == -1 ? -1 : give_all(u, fd, ".", give_in_top);
}
