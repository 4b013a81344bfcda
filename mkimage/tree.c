/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/tree.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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
#include "mkimage/root.h"
#include "mkimage/run.h"
#include "mkimage/view.h"

#define WALK_FDS 32
#define HEAD_BYTES 512
#define MIB (1U << 20)

/* nftw gives its callback no context. */
static struct tree *measured;

static int
measure(const char *path, const struct stat *st, int type, struct FTW *at)
{
	if (run_interrupted())
		return -1;
	if (type != FTW_F && type != FTW_SL)
		return 0;
	measured->bytes += (uint64_t)st->st_blocks * 512;
	measured->files++;
	return 0;
}

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

/* Unpacked files are hardly smaller than what they are unpacked from. */
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
	log_info("unpacking %s", tar);
	command_add(&c, "tar");
	command_add(&c, "--extract");
	command_add(&c, "--force-local");
	command_add(&c, "--file=%s", tar);
	command_add(&c, "--directory=%s", t->unpacked);
	command_add(&c, "--numeric-owner");
	command_add(&c, "--preserve-permissions");
	command_add(&c, "--xattrs");
	command_add(&c, "--xattrs-include=*");
	t->dir = strdup(t->unpacked);
	return command_run(&c);
}

static int
open_disk(const char *file, const char *source, uint64_t partition,
	  struct tree *t)
{
	if (view_begin() == -1) {
		log_error("%s: to look into a disk is root's to do: %m",
			  source);
		return -1;
	}
	t->dir = root_mount(file, source, partition, t->view);
	t->crosses = true;
	return t->dir != NULL ? 0 : -1;
}

static int
open_qcow2(const char *source, const unsigned char *head, uint64_t bytes,
	   uint64_t partition, struct tree *t)
{
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
	return open_disk(t->raw, source, partition, t);
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
open_file(const char *source, uint64_t bytes, uint64_t partition,
	  struct tree *t)
{
	AUTO_CLOSE int fd = open(source, O_RDONLY | O_CLOEXEC);
	unsigned char head[HEAD_BYTES];
	ssize_t n = fd == -1 ? -1 : pread(fd, head, sizeof head, 0);

	if (n == -1) {
		log_error("%s: %m", source);
		return -1;
	}
	if (qcow2_is(head, n))
		return open_qcow2(source, head, bytes, partition, t);
	if (!looks_like_tar(head, n) && is_disk(source))
		return open_disk(source, source, partition, t);
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

static int
open_directory(const char *source, struct tree *t)
{
	t->real = realpath(source, NULL);
	if (t->real == NULL) {
		log_error("%s: %m", source);
		return -1;
	}
	if (geteuid() == 0 && view_begin() == 0 &&
	    view_directory(t->real, t->view) == 0) {
		t->dir = strdup(t->view);
		t->crosses = true;
	} else {
		view_end(t->view);
		t->dir = strdup(t->real);
	}
	return 0;
}

/* The kernel writes a blank and the like as three octal digits. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && isdigit(s[1]) && isdigit(s[2]) &&
		    isdigit(s[3])) {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* The path at which a line of mountinfo, see proc(5), has the whole device,
 * malloc'ed, or NULL. */
static char *
mount_of(const char *line, dev_t device)
{
	AUTO_FREE char *root = NULL;
	AUTO_FREE char *at = NULL;
	AUTO_FREE char *type = NULL;
	AUTO_FREE char *from = NULL;
	const char *rest = strstr(line, " - ");
	struct stat st;

	if (rest == NULL ||
	    sscanf(line, "%*s %*s %*s %ms %ms", &root, &at) != 2 ||
	    sscanf(rest, " - %ms %ms", &type, &from) != 2)
		return NULL;
	unescape(at);
	unescape(from);
	if ((strcmp(root, "/") != 0 && strcmp(type, "btrfs") != 0) ||
	    stat(from, &st) == -1 || !S_ISBLK(st.st_mode) ||
	    st.st_rdev != device)
		return NULL;
	return TAKE_PTR(at);
}

/* The path at which a device is mounted, malloc'ed; NULL: nowhere. */
static char *
mounted_at(dev_t device)
{
	AUTO_FCLOSE FILE *f = fopen("/proc/self/mountinfo", "re");
	AUTO_FREE char *line = NULL;
	size_t size = 0;
	char *at = NULL;

	while (f != NULL && at == NULL && getline(&line, &size, f) > 0)
		at = mount_of(line, device);
	return at;
}

/* O_EXCL finds a device that is in use, or one of whose partitions is: it may
 * be changing, and only the kernel knows its state. */
static int
open_device(const char *source, dev_t device, uint64_t partition,
	    struct tree *t)
{
	AUTO_FREE char *dir = mounted_at(device);
	AUTO_CLOSE int fd = -1;

	if (dir != NULL) {
		log_info("%s is mounted: %s is taken", source, dir);
		return open_directory(dir, t);
	}
	fd = open(source, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd != -1) {
		close(TAKE_FD(fd));
		return open_disk(source, source, partition, t);
	}
	log_error("%s: %m%s", source,
		  errno == EBUSY ? ": a part of it is mounted; give the "
				   "directory where its root is, or unmount it"
				 : "");
	return -1;
}

static int
open_any(const char *source, uint64_t partition, struct tree *t)
{
	struct stat st;

	if (stat(source, &st) == -1) {
		log_error("%s: %m", source);
		return -1;
	}
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return open_directory(source, t);
	case S_IFREG:
		return open_file(source, st.st_size, partition, t);
	case S_IFBLK:
		return open_device(source, st.st_rdev, partition, t);
	default:
		log_error("%s: neither a directory nor a file nor a disk",
			  source);
		return -1;
	}
}

int
tree_open(const char *source, const char *work_dir, uint64_t partition,
	  struct tree *t)
{
	*t = (struct tree){0};
	if (make_work(work_dir, t) == -1 ||
	    open_any(source, partition, t) == -1)
		return -1;
	measured = t;
	nftw(t->dir, measure, WALK_FDS,
	     FTW_PHYS | (t->crosses ? 0 : FTW_MOUNT));
	return run_interrupted() ? -1 : 0;
}

void
tree_close(struct tree *t)
{
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
	free(t->unpacked);
	free(t->raw);
	free(t->view);
	free(t->work);
	free(t->real);
	free(t->dir);
	*t = (struct tree){0};
}
