/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/source_view.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
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

int
view_directory(const char *dir, const char *at)
{
	if (mount(dir, at, NULL, MS_BIND, NULL) == -1)
		return -1;
	if (mount(NULL, at, NULL, MS_REMOUNT | MS_BIND | HARMLESS, NULL) == 0)
		return 0;
	umount2(at, MNT_DETACH);
	return -1;
}

int
view_device(const char *file, uint64_t offset, uint64_t size,
	    char name[VIEW_DEVICE])
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
		snprintf(name, VIEW_DEVICE, "/dev/loop%d", n);
		fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			return -1;
		if (ioctl(fd, LOOP_CONFIGURE, &c) == 0)
			return fd;
		close(fd);
		/* EBUSY: another process has taken this loop device */
		if (errno != EBUSY)
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
view_mount(const char *device, const char *type, const char *subvolume,
	   const char *at)
{
	const char *safe = no_replay(type);
	AUTO_FREE char *data = NULL;

	if (asprintf(&data, "%s%s%s", safe != NULL ? safe : "",
		     safe != NULL && subvolume != NULL ? "," : "",
		     subvolume != NULL ? subvolume : "") == -1)
		return -1;
	return mount(device, at, type, HARMLESS, data);
}

void
view_end(const char *at)
{
	while (umount2(at, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		continue;
}
