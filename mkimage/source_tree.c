/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/source_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/remove_tree.h"
#include "mkimage/disk.h"
#include "mkimage/qcow2.h"
#include "mkimage/disk_root.h"
#include "mkimage/run_tool.h"
#include "mkimage/running.h"
#include "mkimage/source_view.h"

#define HEAD_BYTES 512
#define MIB (1U << 20)

static char *
in_work(const struct tree *t, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", t->work, name) == -1)
		log_fatal("%s: %m", name);
	return path;
}

static int
make_work(const char *work_dir, struct tree *t)
{
	if (asprintf(&t->work, "%s/vfield-mkimage.XXXXXX", work_dir) == -1)
		log_fatal("%s: %m", work_dir);
	if (mkdtemp(t->work) == NULL) {
		log_error("%s: %m", work_dir);
		free(TAKE_PTR(t->work));
		return -1;
	}
	t->view = in_work(t, "view");
	if (mkdir(t->view, 0700) == 0)
		return 0;
	log_error("%s: %m", t->view);
	return -1;
}

/* Checks that more than `bytes`, the size of the packed source, are free in the
 * working directory: the files are hardly ever smaller once unpacked.  Returns
 * 0, or -1 with the error logged. */
static int
check_room(const struct tree *t, const char *source, uint64_t bytes)
{
	struct statvfs fs;

	if (statvfs(t->work, &fs) == -1 ||
	    (uint64_t)fs.f_bavail * fs.f_frsize > bytes)
		return 0;
	log_error("%s: no room to unpack it: %s has %" PRIu64 " MiB free, and "
		  "at least %" PRIu64 " are wanted; TMPDIR=DIR takes another "
		  "directory",
		  source, t->work, (uint64_t)fs.f_bavail * fs.f_frsize / MIB,
		  bytes / MIB + 1);
	return -1;
}

static int
unpack_tar(const char *tar, struct tree *t)
{
	struct command c = {0};

	t->unpacked = in_work(t, "root");
	if (mkdir(t->unpacked, 0755) == -1) {
		log_error("%s: %m", t->unpacked);
		return -1;
	}
	command_add(&c, "tar");
	command_add(&c, "--extract");
	command_add(&c, "--force-local");
	command_add(&c, "--file=%s", tar);
	command_add(&c, "--directory=%s", t->unpacked);
	command_add(&c, "--numeric-owner");
	command_add(&c, "--preserve-permissions");
	/* unpacks the ACLs, too: without them the modes would give more
	 * rights */
	command_add(&c, "--acls");
	command_add(&c, "--xattrs");
	command_add(&c, "--xattrs-include=*");
	t->dir = strdup(t->unpacked);
	return command_watch(&c, "unpacking the tar", 0);
}

static int
open_disk(const char *file, const struct tree_source *s, struct tree *t)
{
	struct root r = {.file = file,
			 .name = s->path,
			 .partition = s->partition,
			 .subvolume = s->subvolume,
			 .out = s->out};

	if (view_begin() == -1) {
		log_error("%s: to look into a disk is root's to do: %m",
			  s->path);
		return -1;
	}
	t->dir = strdup(t->view);
	t->crosses = true;
	return root_mount(&r, t->view, &t->missing);
}

static int
open_qcow2(const struct tree_source *s, const unsigned char *head,
	   uint64_t bytes, struct tree *t)
{
	const char *source = s->path;
	const char *why = qcow2_is_not_whole(head);
	AUTO_FREE char *real = realpath(source, NULL);

	if (why != NULL) {
		log_error("%s: %s; make it one file first: qemu-img convert "
			  "-O qcow2 %s NEW",
			  source, why, source);
		return -1;
	}
	if (real == NULL || !program_there("qemu-img", "qemu-utils") ||
	    check_room(t, source, bytes) == -1)
		return -1;
	log_info("unpacking %s", source);
	t->raw = in_work(t, "disk");
	if (qcow2_unpack(real, t->raw) == -1)
		return -1;
	return open_disk(t->raw, s, t);
}

static bool
looks_like_tar(const unsigned char *head, size_t len)
{
	static const char *const packed[] = {"\x1f\x8b", "BZh", "\3757zXZ",
					     "\x28\xb5\x2f\xfd", "LZIP"};

	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
		if (len >= 8 && memcmp(head, packed[i], strlen(packed[i])) == 0)
			return true;
	return len == HEAD_BYTES && memcmp(head + 257, "ustar", 5) == 0;
}

static bool
is_disk(const char *source)
{
	AUTO_FREE struct disk *d = malloc(sizeof *d);

	return d != NULL && disk_read(source, d) == 0 && d->n > 0;
}

static int
open_file(const struct tree_source *s, uint64_t bytes, struct tree *t)
{
	const char *source = s->path;
	AUTO_CLOSE int fd = open(source, O_RDONLY | O_CLOEXEC);
	unsigned char head[HEAD_BYTES];
	ssize_t n = fd == -1 ? -1 : pread(fd, head, sizeof head, 0);

	if (n == -1) {
		log_error("%s: %m", source);
		return -1;
	}
	if (qcow2_is(head, n))
		return open_qcow2(s, head, bytes, t);
	if (!looks_like_tar(head, n) && is_disk(source))
		return open_disk(source, s, t);
	if (check_room(t, source, bytes) == -1)
		return -1;
	if (unpack_tar(source, t) == 0)
		return 0;
	if (!run_interrupted())
		log_error("%s: neither a directory nor a whole tar file nor a "
			  "disk image, raw or qcow2",
			  source);
	return -1;
}

/* Mounts the running system at t->view with all its local file systems; a plain
 * bind mount of / would show the root's file system alone.  Returns 0, or -1
 * with the error logged. */
static int
open_running(const struct patterns *out, struct tree *t)
{
	if (geteuid() != 0 || view_begin() == -1) {
		log_error("/: to see all of the running system is root's to "
			  "do: %m");
		return -1;
	}
	t->dir = strdup(t->view);
	t->crosses = true;
	return running_show(t->view, out, &t->missing);
}

/* Mounts the directory `source` read-only at t->view.  Where mounts cannot be
 * made, takes the directory itself, without the file systems that are mounted
 * in it.  Returns 0, or -1 with the error logged. */
static int
open_directory(const char *source, const struct patterns *out, struct tree *t)
{
	t->real = realpath(source, NULL);
	if (t->real == NULL) {
		log_error("%s: %m", source);
		return -1;
	}
	if (strcmp(t->real, "/") == 0)
		return open_running(out, t);
	t->crosses = geteuid() == 0 && view_begin() == 0 &&
		     view_directory(t->real, t->view) == 0;
	t->dir = strdup(t->crosses ? t->view : t->real);
	return 0;
}

/* Opens a block device as a source.  If the device is mounted, takes the
 * directory on which it is mounted.  Else opens the device with O_EXCL, which
 * fails while the device or one of its partitions is in use: its bytes may be
 * changing then, and only the kernel knows their state.  Returns 0, or -1 with
 * the error logged. */
static int
open_device(const struct tree_source *s, dev_t device, struct tree *t)
{
	AUTO_FREE char *dir = running_place(device);
	const char *source = s->path;
	AUTO_CLOSE int fd = -1;

	if (dir != NULL) {
		log_info("%s is mounted: %s is taken", source, dir);
		return open_directory(dir, s->out, t);
	}
	fd = open(source, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd != -1) {
		close(TAKE_FD(fd));
		return open_disk(source, s, t);
	}
	log_error("%s: %m%s", source,
		  errno == EBUSY ? ": a part of it is mounted; give the "
				   "directory where its root is, or unmount it"
				 : "");
	return -1;
}

static int
open_any(const struct tree_source *s, struct tree *t)
{
	const char *source = s->path;
	struct stat st;

	if (stat(source, &st) == -1) {
		log_error("%s: %m", source);
		return -1;
	}
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return open_directory(source, s->out, t);
	case S_IFREG:
		return open_file(s, st.st_size, t);
	case S_IFBLK:
		return open_device(s, st.st_rdev, t);
	default:
		log_error("%s: neither a directory nor a file nor a disk",
			  source);
		return -1;
	}
}

int
tree_open(const struct tree_source *s, struct tree *t)
{
	*t = (struct tree){0};
	if (make_work(s->work_dir, t) == -1 || open_any(s, t) == -1)
		return -1;
	return run_interrupted() ? -1 : 0;
}

void
tree_close(struct tree *t)
{
	if (t->merged != NULL)
		view_end(t->merged);
	if (t->over != NULL) {
		view_end(t->over);
		rmdir(t->over);
	}
	if (t->unpacked != NULL)
		remove_tree(t->unpacked);
	if (t->raw != NULL)
		unlink(t->raw);
	if (t->view != NULL) {
		view_end(t->view);
		rmdir(t->view);
	}
	if (t->work != NULL)
		rmdir(t->work);
	free(t->merged);
	free(t->over);
	free(t->unpacked);
	free(t->raw);
	free(t->view);
	free(t->work);
	free(t->real);
	free(t->dir);
	*t = (struct tree){0};
}
