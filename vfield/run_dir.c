/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/run_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "lib/run_as.h"
#include "lib/socket_names.h"
#include "lib/store_give.h"

#define LOCK "lock"
/* free bytes that are enough for a run directory's files */
#define ROOM 65536

int
make_directories(const char *path, unsigned mode)
{
	AUTO_FREE char *copy = strdup(path);
	struct stat st;

	if (copy == NULL)
		return -1;
	for (char *p = copy; *p != '\0'; p++) {
		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) == -1 && errno != EEXIST)
			return -1;
		*p = '/';
	}
	if (mkdir(copy, mode) == 0)
		return 0;
	if (errno != EEXIST || stat(copy, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

int
lock_directory(const char *path)
{
	AUTO_CLOSE int fd = -1;

	if (make_directories(path, 0755) == 0)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1 && flock(fd, LOCK_EX) == 0)
		return TAKE_FD(fd);
	log_error("%s: %m", path);
	return -1;
}

/* Returns the id of the process that has locked the lock file fd, which that
 * process has written to the file; 0: unknown. */
static long
holder(int fd)
{
	char text[32] = "";

	if (pread(fd, text, sizeof text - 1, 0) <= 0)
		return 0;
	return strtol(text, NULL, 10);
}

/* Returns true if the locked file fd is still the file at path, which other
 * processes would open. */
static bool
still_there(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int
take_lock(const char *dir)
{
	AUTO_FREE char *path = path_in(dir, LOCK);

	for (;;) {
		AUTO_CLOSE int fd =
		    open(path,
			 O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
			 0644);

		if (fd == -1 && errno == ELOOP) {
			log_error("run directory %s: lock is a symbolic link, "
				  "which is not ours; choose another with "
				  "--run-dir",
				  dir);
			return -1;
		}
		if (fd == -1) {
			log_error("run directory %s: %m; choose one that can "
				  "be written with --run-dir",
				  dir);
			return -1;
		}
		if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
			log_error("run directory %s: another node runs there "
				  "(process %ld); stop it, or choose another "
				  "with --run-dir",
				  dir, holder(fd));
			return -1;
		}
		if (!still_there(fd, path))
			/* the process that had locked the file has just removed
			 * it */
			continue;
		if (ftruncate(fd, 0) == -1 ||
		    dprintf(fd, "%ld\n", (long)getpid()) < 0) {
			log_error("%s: %m", path);
			return -1;
		}
		return TAKE_FD(fd);
	}
}

/* Returns true if the file system has room for the node's files.  Without room
 * nbdkit cannot write its pid file but does not say so, and the supervisor
 * would wait for that file for ever. */
static bool
has_room(const char *dir)
{
	struct statvfs fs;

	return statvfs(dir, &fs) == -1 || fs.f_blocks == 0 ||
	       (uint64_t)fs.f_bavail * fs.f_frsize >= ROOM;
}

int
run_dir_take(const char *dir)
{
	const struct sockaddr_un sun;

	if (strlen(dir) + sizeof "/" SOCKET_LONGEST > sizeof sun.sun_path) {
		log_error("run directory %s: the path is too long for the "
			  "sockets in it",
			  dir);
		return -1;
	}
	if (make_directories(dir, 0755) == -1) {
		log_error("run directory %s: cannot make it: %m; choose "
			  "another with --run-dir",
			  dir);
		return -1;
	}
	if (!has_room(dir)) {
		log_error("run directory %s: no room for the node's files: %s; "
			  "make some, or choose another with --run-dir",
			  dir, strerror(ENOSPC));
		return -1;
	}
	return take_lock(dir);
}

/* Files that a router keeps while the node runs. */
static const char *const kept_names[] = {"words", "default", "removed",
					 "node.key"};
#define KEPT_NAMES (sizeof kept_names / sizeof *kept_names)

int
run_dir_share(const char *dir, const struct run_as *router)
{
	AUTO_FREE char *kept = path_in(dir, RUN_DIR_ROUTER);

	if (mkdir(kept, 0755) == -1 && errno != EEXIST)
		return -1;
	if (store_give(router, kept) == -1)
		return -1;
	for (size_t i = 0; i < KEPT_NAMES; i++) {
		AUTO_FREE char *from = path_in(dir, kept_names[i]);
		AUTO_FREE char *to = path_in(kept, kept_names[i]);

		if (lchown(from, router->uid, router->gid) == -1 ||
		    rename(from, to) == -1)
			if (errno != ENOENT)
				return -1;
	}
	return 0;
}

int
run_dir_unshare(const char *dir)
{
	AUTO_FREE char *kept = path_in(dir, RUN_DIR_ROUTER);
	struct stat st;

	if (lstat(kept, &st) == -1)
		return errno == ENOENT ? 0 : -1;
	/* a user that gets the number must not change the files meanwhile */
	if (lchown(kept, geteuid(), getegid()) == -1)
		return -1;
	for (size_t i = 0; i < KEPT_NAMES; i++) {
		AUTO_FREE char *from = path_in(kept, kept_names[i]);
		AUTO_FREE char *to = path_in(dir, kept_names[i]);

		/* a link, or a second name of another file, is not the
		 * router's */
		if (lstat(from, &st) == -1 || !S_ISREG(st.st_mode) ||
		    st.st_nlink != 1)
			continue;
		if (lchown(from, geteuid(), getegid()) == -1 ||
		    rename(from, to) == -1)
			return -1;
	}
	remove_tree(kept);
	return 0;
}

char *
run_dir_kept(const char *dir)
{
	AUTO_FREE char *kept = path_in(dir, RUN_DIR_ROUTER);
	struct stat st;

	if (lstat(kept, &st) == 0 && S_ISDIR(st.st_mode))
		return TAKE_PTR(kept);
	return strdup(dir);
}

void
run_dir_release(const char *dir, int lock)
{
	AUTO_FREE char *path = path_in(dir, LOCK);

	unlink(path);
	close(lock);
}
