/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/view.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/loop.h>
#include <mntent.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "lib/cleanup.h"

#define LOOP_TRIES 20
#define HARMLESS (MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC)

int
view_begin(void)
{
	if (unshare(CLONE_NEWNS) == -1)
		return -1;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int
bind_one(const char *dir, const char *at)
{
	if (mount(dir, at, NULL, MS_BIND, NULL) == -1)
		return -1;
	return mount(NULL, at, NULL, MS_REMOUNT | MS_BIND | HARMLESS, NULL);
}

/* A file system of a disk is a part of this system, the inside of a file, a
 * network's or the kernel's own is not. */
static bool
is_local(const struct mntent *m)
{
	static const char *const types[] = {"ext2", "ext3",  "ext4",
					    "xfs",  "btrfs", "f2fs",
					    "zfs",  "jfs",   "bcachefs"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(m->mnt_type, types[i]) == 0)
			return true;
	return false;
}

/* Everything below these is left out; `at` is below one of them. */
static bool
is_elsewhere(const char *dir)
{
	static const char *const dirs[] = {"/proc",    "/sys",  "/dev",
					   "/run",     "/tmp",  "/mnt",
					   "/var/tmp", "/media"};

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		size_t len = strlen(dirs[i]);

		if (strncmp(dir, dirs[i], len) == 0 &&
		    (dir[len] == '/' || dir[len] == '\0'))
			return true;
	}
	return false;
}

/* Mounts are bound in the order in which they were made: each finds its
 * place. */
static int
bind_beneath(const char *at)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	int result = 0;

	if (f == NULL)
		return -1;
	while (result == 0 && (m = getmntent(f)) != NULL) {
		AUTO_FREE char *there = NULL;

		if (strcmp(m->mnt_dir, "/") == 0 || !is_local(m) ||
		    is_elsewhere(m->mnt_dir) ||
		    strncmp(m->mnt_dir, at, strlen(at)) == 0)
			continue;
		if (asprintf(&there, "%s%s", at, m->mnt_dir) == -1)
			result = -1;
		else
			result = bind_one(m->mnt_dir, there);
	}
	endmntent(f);
	return result;
}

int
view_directory(const char *dir, const char *at)
{
	if (bind_one(dir, at) == -1)
		return -1;
	return strcmp(dir, "/") == 0 ? bind_beneath(at) : 0;
}

/* A loop device that ends with its last user; its name goes to name. */
static int
loop_open(const char *file, uint64_t offset, uint64_t size, char name[32])
{
	AUTO_CLOSE int backing = open(file, O_RDONLY | O_CLOEXEC);
	AUTO_CLOSE int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	struct loop_config c = {
	    .fd = backing,
	    .info = {.lo_offset = offset,
		     .lo_sizelimit = size,
		     .lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR},
	};

	if (backing == -1 || control == -1)
		return -1;
	for (int i = 0; i < LOOP_TRIES; i++) {
		int n = ioctl(control, LOOP_CTL_GET_FREE), fd;

		if (n == -1)
			return -1;
		snprintf(name, 32, "/dev/loop%d", n);
		fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			return -1;
		if (ioctl(fd, LOOP_CONFIGURE, &c) == 0)
			return fd;
		close(fd);
		if (errno != EBUSY) /* somebody else took it */
			return -1;
	}
	return -1;
}

static const char *
no_replay(const char *type)
{
	static const char *const options[][2] = {
	    {"ext3", "noload"},           {"ext4", "noload"},
	    {"xfs", "norecovery,nouuid"}, {"btrfs", "rescue=nologreplay"},
	    {"f2fs", "norecovery"},
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (strcmp(type, options[i][0]) == 0)
			return options[i][1];
	return NULL;
}

int
view_part(const char *file, uint64_t offset, uint64_t size, const char *type,
	  const char *at)
{
	char name[32];
	AUTO_CLOSE int fd = loop_open(file, offset, size, name);

	if (fd == -1)
		return -1;
	return mount(name, at, type, HARMLESS, no_replay(type));
}

void
view_end(const char *at)
{
	while (umount2(at, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		continue;
}
