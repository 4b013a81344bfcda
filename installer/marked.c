/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/marked.h"

#include <blkid/blkid.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* The file systems that initramfs/init looks into, and the mount options with
 * which the kernel does not change their bytes. */
static const struct {
	const char *type, *options;
} kinds[] = {
    {"ext2", "noload"}, {"ext3", "noload"},    {"ext4", "noload"},
    {"vfat", ""},       {"xfs", "norecovery"},
};

#define NKINDS (sizeof kinds / sizeof *kinds)

static bool
has_mark(const char *dir)
{
	static const char *const marks[] = {"vfield-data", "vfield-store",
					    "vfield-swap"};
	char path[64];

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, marks[i]);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

/* Returns true if the root of the file system on `device`, which is of the kind
 * kinds[kind], has a mark, or cannot be looked into.  Must run in a process
 * with a mount namespace of its own. */
static bool
look_into(const char *device, size_t kind)
{
	char dir[] = "/run/vfield-look";
	AUTO_CLOSE int fd = open(device, O_RDONLY | O_CLOEXEC);
	int ro = 1, was = 0;
	bool found = true;

	if (fd == -1 || ioctl(fd, BLKROGET, &was) == -1)
		return true;
	if (ioctl(fd, BLKROSET, &ro) == -1)
		return true;
	mkdir(dir, 0700);
	/* the kernel's driver for ext4 mounts its predecessors, too */
	if (mount(device, dir,
		  strncmp(kinds[kind].type, "ext", 3) == 0 ? "ext4"
							   : kinds[kind].type,
		  MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  kinds[kind].options) == 0) {
		found = has_mark(dir);
		umount2(dir, MNT_DETACH);
	}
	rmdir(dir);
	ioctl(fd, BLKROSET, &was);
	return found;
}

static bool
device_marked(const char *device)
{
	blkid_probe probe = blkid_new_probe_from_filename(device);
	const char *type = "";
	bool found = false;

	if (probe == NULL)
		return true;
	if (blkid_do_safeprobe(probe) == 0)
		blkid_probe_lookup_value(probe, "TYPE", &type, NULL);
	for (size_t i = 0; i < NKINDS; i++)
		if (strcmp(type, kinds[i].type) == 0)
			found = look_into(device, i);
	blkid_free_probe(probe);
	return found;
}

/* Returns true if the disk at path or one of its partitions is marked. */
static bool
any_marked(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char dir[PATH_MAX], device[PATH_MAX];
	bool found = device_marked(path);
	struct dirent *e;
	DIR *parts;

	snprintf(dir, sizeof dir, "/sys/block/%s", name);
	parts = opendir(dir);
	while (!found && parts != NULL && (e = readdir(parts)) != NULL) {
		if (strncmp(e->d_name, name, strlen(name)) != 0)
			continue;
		snprintf(device, sizeof device, "/dev/%s", e->d_name);
		found = device_marked(device);
	}
	if (parts != NULL)
		closedir(parts);
	return found;
}

bool
disk_marked(const char *path)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWNS) == -1 ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
			_exit(1);
		_exit(any_marked(path) ? 1 : 0);
	}
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return pid == -1 || status != 0;
}
