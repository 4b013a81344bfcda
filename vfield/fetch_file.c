/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/fetch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "vfield/fetch_device.h"

/* After so many bytes the kernel is told to begin writing them to the disk.
 * Arbitrary: enough for a disk to write at full speed, and little enough that
 * most of the file is written before the sync at the end. */
#define WRITE_BEHIND (8U << 20)

struct fetch_file {
	char *path;
	char *hidden; /* path of the hidden file in the same directory */
	/* descriptor of the directory that has `path` and `hidden` */
	int dir;
	int fd; /* descriptor of the file that is written */
	/* true: the file has the name `hidden`; false: no name */
	bool has_name;
	unsigned may;     /* enum fetch_may, or'ed */
	bool device;      /* the path is that of a device */
	uint8_t *first;   /* chunk 0 of a device, until it is written; owned */
	size_t first_len; /* bytes of `first` */
	uint64_t size;    /* bytes of the whole file */
	/* bytes written since the kernel was last told to begin writing */
	uint64_t unsaid;
};

static int
failed(const struct fetch_file *f, const char *what, char *why)
{
	snprintf(why, FETCH_WHY, "%s: %s: %s", f->path, what, strerror(errno));
	return -1;
}

/* Sets f->hidden, and opens the directory of f->path as f->dir.  Returns 0, or
 * -1 after writing the reason to why. */
static int
open_directory(struct fetch_file *f, char *why)
{
	const char *slash = strrchr(f->path, '/');
	const char *name = slash != NULL ? slash + 1 : f->path;
	AUTO_FREE char *dir = NULL;

	if (*name == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0) {
		snprintf(why, FETCH_WHY, "%s: not the path of a file", f->path);
		return -1;
	}
	dir =
	    slash == NULL ? strdup(".") : strndup(f->path, slash - f->path + 1);
	if (dir == NULL || asprintf(&f->hidden, ".%s.vfield", name) == -1)
		return failed(f, "no memory", why);
	f->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir == -1)
		return failed(f, "its directory", why);
	return 0;
}

/* Returns 0 if the file may be put at f->path; -1 after writing the reason to
 * why if something is there that must not be replaced. */
static int
check_path(const struct fetch_file *f, char *why)
{
	struct stat st;

	if (lstat(f->path, &st) == -1)
		return errno == ENOENT ? 0 : failed(f, "cannot look", why);
	if ((f->may & FETCH_MAY_REPLACE) && S_ISREG(st.st_mode))
		return 0;
	snprintf(why, FETCH_WHY, "%s: %s", f->path,
		 S_ISREG(st.st_mode)
		     ? "a file is there; --force replaces it"
		     : "something is there that is not a regular file");
	return -1;
}

static int
open_file(struct fetch_file *f, mode_t mode, char *why)
{
	f->fd = openat(f->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
	if (f->fd == -1) {
		f->fd = openat(f->dir, f->hidden,
			       O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC, mode);
		if (f->fd == -1)
			return failed(f, "cannot create it", why);
		if (flock(f->fd, LOCK_EX | LOCK_NB) == -1)
			return failed(f, "it is being fetched already", why);
		f->has_name = true;
		if (ftruncate(f->fd, 0) == -1)
			return failed(f, "cannot empty it", why);
	}
	if (fchmod(f->fd, mode) == -1)
		return failed(f, "cannot set its mode", why);
	return 0;
}

static int
no_space(const struct fetch_file *f, char *why)
{
	struct statvfs s;
	uint64_t bytes = 0;

	if (fstatvfs(f->fd, &s) == 0)
		bytes = (uint64_t)s.f_bavail * s.f_frsize;
	snprintf(why, FETCH_WHY,
		 "%s: no space: %" PRIu64 " bytes are needed and %" PRIu64
		 " are free",
		 f->path, f->size, bytes);
	return -1;
}

static int
allocate(struct fetch_file *f, char *why)
{
	struct statvfs s;
	int error = 0;

	while (f->size > 0 && fallocate(f->fd, 0, 0, f->size) == -1) {
		error = errno;
		if (error != EINTR)
			break;
		error = 0;
	}
	if (error == ENOSPC || error == EDQUOT)
		return no_space(f, why);
	errno = error;
	if (error != 0 && error != EOPNOTSUPP)
		return failed(f, "cannot allocate its space", why);
	if (error == 0)
		return 0;
	if (fstatvfs(f->fd, &s) == 0 &&
	    (uint64_t)s.f_bavail * s.f_frsize < f->size)
		return no_space(f, why);
	if (ftruncate(f->fd, f->size) == -1)
		return failed(f, "cannot set its size", why);
	return 0;
}

static int
open_device(struct fetch_file *f, char *why)
{
	f->device = true;
	f->fd =
	    fetch_device_open(f->path, f->size, f->may & FETCH_MAY_WIPE, why);
	return f->fd == -1 ? -1 : 0;
}

struct fetch_file *
fetch_file_open(const char *path, uint64_t size, mode_t mode, unsigned may,
		char *why)
{
	struct fetch_file *f = calloc(1, sizeof *f);
	struct stat st;

	if (f != NULL)
		f->path = strdup(path);
	if (f == NULL || f->path == NULL) {
		snprintf(why, FETCH_WHY, "%s: no memory", path);
		free(f);
		return NULL;
	}
	f->dir = f->fd = -1;
	f->may = may;
	f->size = size;
	if (stat(path, &st) == 0 && S_ISBLK(st.st_mode)) {
		if (open_device(f, why) == 0)
			return f;
	} else if (open_directory(f, why) == 0 && check_path(f, why) == 0 &&
		   open_file(f, mode, why) == 0 && allocate(f, why) == 0) {
		return f;
	}
	fetch_file_close(f);
	return NULL;
}

/* Keeps chunk 0 of a device in memory.  Returns 0, or -1 after writing the
 * reason to why. */
static int
keep_first(struct fetch_file *f, const void *data, size_t len, char *why)
{
	free(f->first);
	f->first = malloc(len);
	f->first_len = len;
	if (f->first == NULL)
		return failed(f, "no memory", why);
	memcpy(f->first, data, len);
	return 0;
}

static int
write_all_at(struct fetch_file *f, const void *data, size_t len, uint64_t at,
	     char *why)
{
	const uint8_t *p = data;

	for (size_t done = 0; done < len;) {
		ssize_t n = pwrite(f->fd, p + done, len - done, at + done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == ENOSPC || errno == EDQUOT))
			return no_space(f, why);
		if (n == -1)
			return failed(f, "cannot write it", why);
		done += n;
	}
	return 0;
}

int
fetch_file_write(struct fetch_file *f, const void *data, size_t len,
		 uint64_t at, char *why)
{
	if (f->device && at == 0)
		return keep_first(f, data, len, why);
	if (write_all_at(f, data, len, at, why) == -1)
		return -1;
	f->unsaid += len;
	if (f->unsaid >= WRITE_BEHIND) {
		f->unsaid = 0;
		sync_file_range(f->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	}
	return 0;
}

/* Gives the file the name f->hidden, if it has no name yet.  Returns 0, or -1
 * and errno. */
static int
give_hidden_name(struct fetch_file *f)
{
	char proc[64];

	if (f->has_name)
		return 0;
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", f->fd);
	unlinkat(f->dir, f->hidden, 0);
	if (linkat(AT_FDCWD, proc, f->dir, f->hidden, AT_SYMLINK_FOLLOW) == -1)
		return -1;
	f->has_name = true;
	return 0;
}

/* Writes to the disk what is still in memory, piece by piece, since a single
 * fsync may take minutes, in which tick would not be called.  Returns 0; or -1
 * if tick does. */
static int
sync_pieces(struct fetch_file *f, int (*tick)(void *ctx, char *why), void *ctx,
	    char *why)
{
	for (uint64_t at = 0; at < f->size; at += WRITE_BEHIND) {
		sync_file_range(f->fd, at, WRITE_BEHIND,
				SYNC_FILE_RANGE_WAIT_BEFORE |
				    SYNC_FILE_RANGE_WRITE |
				    SYNC_FILE_RANGE_WAIT_AFTER);
		if (tick(ctx, why) == -1)
			return -1;
	}
	return 0;
}

/* Writes chunk 0 of a device whose other chunks are on the disk already, and
 * syncs it.  Returns 0, or -1 after writing the reason to why. */
static int
commit_device(struct fetch_file *f, char *why)
{
	if (f->first != NULL &&
	    write_all_at(f, f->first, f->first_len, 0, why) == -1)
		return -1;
	if (fsync(f->fd) == -1)
		return failed(f, "cannot write it to the disk", why);
	return 0;
}

int
fetch_file_commit(struct fetch_file *f, int (*tick)(void *ctx, char *why),
		  void *ctx, char *why)
{
	const char *slash = strrchr(f->path, '/');
	const char *name = slash != NULL ? slash + 1 : f->path;
	int result;

	if (sync_pieces(f, tick, ctx, why) == -1)
		return -1;
	if (fsync(f->fd) == -1)
		return failed(f, "cannot write it to the disk", why);
	if (f->device)
		return commit_device(f, why);
	if (give_hidden_name(f) == -1)
		return failed(f, "cannot name it", why);
	result = renameat2(f->dir, f->hidden, f->dir, name,
			   (f->may & FETCH_MAY_REPLACE) ? 0 : RENAME_NOREPLACE);
	if (result == -1 && errno == EINVAL && check_path(f, why) == 0)
		result = renameat(f->dir, f->hidden, f->dir, name);
	if (result == -1)
		return failed(f, "cannot name it", why);
	f->has_name = false;
	if (fsync(f->dir) == -1)
		return failed(f, "its directory", why);
	return 0;
}

void
fetch_file_close(struct fetch_file *f)
{
	if (f == NULL)
		return;
	if (f->has_name)
		unlinkat(f->dir, f->hidden, 0);
	if (f->fd != -1)
		close(f->fd);
	if (f->dir != -1)
		close(f->dir);
	free(f->first);
	free(f->hidden);
	free(f->path);
	free(f);
}
