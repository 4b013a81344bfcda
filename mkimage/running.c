/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/running.h"

#include <libmount/libmount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/source_view.h"

static struct libmnt_table *
read_mounts(void)
{
	return mnt_new_table_from_file("/proc/self/mountinfo");
}

/* Returns whether fs is a file system on a disk, which belongs to this system.
 * Returns false for the inside of a file (a snap, an ISO), for a file system on
 * a server and for one of the kernel's own, like proc. */
static bool
is_local(struct libmnt_fs *fs)
{
	static const char *const others[] = {"squashfs", "iso9660", "udf",
					     "erofs", "cramfs"};
	const char *source = mnt_fs_get_source(fs);
	const char *type = mnt_fs_get_fstype(fs);

	if (type == NULL || source == NULL)
		return false;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(type, others[i]) == 0)
			return false;
	return strncmp(source, "/dev/", 5) == 0 || strcmp(type, "zfs") == 0 ||
	       strcmp(type, "bcachefs") == 0;
}

static bool
belongs(struct libmnt_fs *fs, const char *at, const struct patterns *out)
{
	const char *dir = mnt_fs_get_target(fs);

	if (dir == NULL || strcmp(dir, "/") == 0 ||
	    strncmp(dir, at, strlen(at)) == 0 || patterns_hide(out, dir + 1))
		return false;
	if (mnt_fs_is_netfs(fs))
		log_info("%s is %s, a server's, and not in the image", dir,
			 mnt_fs_get_source(fs));
	return is_local(fs);
}

/* Mounts the file systems that are mounted below / at the same places below
 * `at`.  Takes them in the order in which they were mounted, so that the
 * directory for each is there, unless it lies in a file system that was left
 * out.  Returns how many could not be mounted; each is logged. */
static unsigned
show_beneath(struct libmnt_table *t, const char *at, const struct patterns *out)
{
	struct libmnt_iter *i = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	unsigned missing = 0;

	while (i != NULL && mnt_table_next_fs(t, i, &fs) == 0) {
		AUTO_FREE char *there = NULL;
		const char *dir = mnt_fs_get_target(fs);

		if (!belongs(fs, at, out))
			continue;
		if (asprintf(&there, "%s%s", at, dir) == -1)
			log_fatal("%s: %m", dir);
		if (view_directory(dir, there) == 0)
			continue;
		missing++;
		log_warn("%s (%s) is not in the image: %m; if it need not be: "
			 "--exclude '%s/*'",
			 dir, mnt_fs_get_source(fs), dir + 1);
	}
	mnt_free_iter(i);
	return missing;
}

int
running_show(const char *at, const struct patterns *out, unsigned *missing)
{
	struct libmnt_table *t = read_mounts();

	if (t == NULL || view_directory("/", at) == -1) {
		log_error("/: %m");
		mnt_unref_table(t);
		return -1;
	}
	*missing += show_beneath(t, at, out);
	mnt_unref_table(t);
	return 0;
}

/* Returns whether the mount fs shows the whole file system on `device`, or a
 * subvolume of the btrfs there. */
static bool
shows(struct libmnt_fs *fs, dev_t device)
{
	const char *source = mnt_fs_get_source(fs);
	const char *root = mnt_fs_get_root(fs);
	const char *type = mnt_fs_get_fstype(fs);
	struct stat st;

	if (source == NULL || root == NULL || type == NULL ||
	    (strcmp(root, "/") != 0 && strcmp(type, "btrfs") != 0))
		return false;
	return stat(source, &st) == 0 && S_ISBLK(st.st_mode) &&
	       st.st_rdev == device;
}

char *
running_place(dev_t device)
{
	struct libmnt_table *t = read_mounts();
	struct libmnt_iter *i = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	char *place = NULL;

	while (t != NULL && i != NULL && place == NULL &&
	       mnt_table_next_fs(t, i, &fs) == 0)
		if (shows(fs, device) && mnt_fs_get_target(fs) != NULL)
			place = strdup(mnt_fs_get_target(fs));
	mnt_free_iter(i);
	mnt_unref_table(t);
	return place;
}
