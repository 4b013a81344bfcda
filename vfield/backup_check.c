/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/backup_check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"

/* Bounds of an archive.  The site's directory has 64 MiB at most; so has each
 * of the 16 published sites that are kept (site_publish.c). */
#define BYTES_MAX (UINT64_C(2) << 30)
#define FILES_MAX 200000
#define DEPTH_MAX 32
/* offset of the word "ustar" in a tar archive (POSIX pax, "ustar Header Block")
 */
#define MAGIC_AT 257
#define END 1024 /* bytes of the two blocks that end an archive */

struct walk {
	uint64_t bytes;
	unsigned files;
	/* true: in a part that only root may read, or in a directory `secret`
	 */
	bool secret;
};

/* Returns true if the file, which has `size` bytes, ends in two blocks of
 * zeros, as each tar archive does.  tar itself accepts an archive that was cut
 * off between two files. */
static bool
has_end(int fd, uint64_t size)
{
	static const char zeros[END];
	char end[END];

	return size > END && pread(fd, end, END, size - END) == END &&
	       memcmp(end, zeros, END) == 0;
}

int
backup_check_file(const char *file)
{
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC);
	char magic[5];
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		log_error("%s: %m", file);
		return -1;
	}
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size <= BYTES_MAX &&
	    pread(fd, magic, sizeof magic, MAGIC_AT) == sizeof magic &&
	    memcmp(magic, "ustar", sizeof magic) == 0 &&
	    has_end(fd, st.st_size))
		return 0;
	log_error("%s: not an archive that vfield backup has made, or cut off",
		  file);
	return -1;
}

int
backup_check_sync(const char *file)
{
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd != -1 && fsync(fd) == 0)
		return 0;
	log_error("%s: %m", file);
	return -1;
}

static int
refuse(const char *why)
{
	log_error("the archive has %s: nothing is restored", why);
	return -1;
}

static int check_dir(struct walk *w, int dir, unsigned depth);

/* Checks the file or directory `name` in the directory `in`, with all that is
 * in it, and narrows its rights.  Returns 0; -1: the log says why it is
 * refused. */
static int
check_one(struct walk *w, int in, const char *name, unsigned depth)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;
	mode_t mode;

	if (fstatat(in, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return refuse(strerror(errno));
	if (++w->files > FILES_MAX || depth > DEPTH_MAX)
		return refuse("too many files");
	if (S_ISLNK(st.st_mode))
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return refuse("a device");
	if (S_ISREG(st.st_mode) && st.st_nlink != 1)
		return refuse("a hard link");
	w->bytes += S_ISREG(st.st_mode) ? st.st_size : 0;
	if (w->bytes > BYTES_MAX)
		return refuse("too many bytes");
	mode = S_ISDIR(st.st_mode) || (st.st_mode & 0100) ? 0755 : 0644;
	if (w->secret)
		mode &= 0700;
	mode &= st.st_mode | (S_ISDIR(st.st_mode) ? 0700 : 0600);
	/* A directory's rights are set before it is opened, since the archive
	 * may have given it none. */
	if (fchmodat(in, name, mode, 0) == -1)
		return refuse(strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return 0;
	fd = openat(in, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd != -1 ? check_dir(w, fd, depth + 1) : refuse(strerror(errno));
}

/* Checks all that is in a directory.  Returns 0; -1: the log says why it is
 * refused. */
static int
check_dir(struct walk *w, int dir, unsigned depth)
{
	DIR *d = fdopendir(dup(dir));
	bool secret = w->secret;
	struct dirent *e;
	int result = 0;

	if (d == NULL)
		return refuse(strerror(errno));
	while (result == 0 && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		/* files of a site that only root may read */
		w->secret = secret || strcmp(e->d_name, "secret") == 0;
		result = check_one(w, dir, e->d_name, depth);
	}
	w->secret = secret;
	closedir(d);
	return result;
}

static struct backup_part *
part_named(struct backup_part *parts, const char *name)
{
	for (size_t i = 0; i < BACKUP_PARTS; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

/* Checks the part p, which must be a directory or a file, as p->directory says,
 * and no link.  Returns 0; -1: the log says why it is refused. */
static int
check_part(int dir, const char *name, struct backup_part *p)
{
	struct walk w = {.secret = p->secret};
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    S_ISDIR(st.st_mode) != p->directory || S_ISLNK(st.st_mode))
		return refuse("a part of another kind");
	p->there = true;
	return check_one(&w, dir, name, 0);
}

int
backup_check(const char *dir, struct backup_part *parts)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int result = 0;

	for (size_t i = 0; i < BACKUP_PARTS; i++)
		parts[i].there = false;
	if (d == NULL)
		return refuse(strerror(errno));
	while (result == 0 && (e = readdir(d)) != NULL) {
		struct backup_part *p = part_named(parts, e->d_name);

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		result = p != NULL
			     ? check_part(dirfd(d), e->d_name, p)
			     : refuse("a name that is none of a backup's");
	}
	closedir(d);
	return result;
}
