/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file lists and removes stores that no router has open. */
#include "lib/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/store_inside.h"

/* Opens and locks the directory DIR/ID, so that no router opens the store.
 * Returns its descriptor, or -1, also if a router has the store open. */
static int
lock(int at, const struct digest *id)
{
	AUTO_CLOSE int sub = -1;
	char hex[DIGEST_HEX];

	sub = store_subdir(at, digest_hex(id, hex), false);
	if (sub == -1 || flock(sub, LOCK_EX | LOCK_NB) == -1)
		return -1;
	return TAKE_FD(sub);
}

static int
open_data(int sub, int flags)
{
	return openat(sub, "data", flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

static bool
look(int at, const char *name, struct store_left *l)
{
	AUTO_CLOSE int sub = -1;
	AUTO_CLOSE int fd = -1;
	struct stat st;

	*l = (struct store_left){0};
	if (digest_parse(name, strlen(name), &l->id) == -1)
		return false;
	sub = lock(at, &l->id);
	if (sub == -1 || fstat(sub, &st) == -1)
		return false;
	l->used_s = st.st_mtime;
	fd = open_data(sub, O_RDONLY);
	if (fd != -1 && fstat(fd, &st) == 0) {
		l->bytes = (uint64_t)st.st_blocks * 512;
		if (st.st_mtime > l->used_s)
			l->used_s = st.st_mtime;
	}
	return true;
}

static int
by_age(const void *a, const void *b)
{
	int64_t x = ((const struct store_left *)a)->used_s;
	int64_t y = ((const struct store_left *)b)->used_s;

	return (x > y) - (x < y);
}

int
store_left(const char *dir, struct store_left *list, int max)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *e;
	int n = 0;
	DIR *d;

	if (at == -1)
		return -1;
	d = opendir(dir);
	if (d == NULL)
		return -1;
	while (n < max && (e = readdir(d)) != NULL)
		n += look(at, e->d_name, &list[n]);
	closedir(d);
	qsort(list, n, sizeof *list, by_age);
	return n;
}

/* Cuts `bytes` bytes off the end of the file `data`.  Returns 1, and in *left
 * the bytes that the file still takes; 0 if the file is no longer than `bytes`;
 * -1 and errno on failure. */
static int
cut(int sub, uint64_t bytes, uint64_t *left)
{
	AUTO_CLOSE int fd = open_data(sub, O_RDWR);
	struct stat st;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (fstat(fd, &st) == -1)
		return -1;
	if ((uint64_t)st.st_size <= bytes)
		return 0;
	if (ftruncate(fd, st.st_size - (off_t)bytes) == -1 ||
	    fstat(fd, &st) == -1)
		return -1;
	*left = (uint64_t)st.st_blocks * 512;
	return 1;
}

int
store_left_shrink(const char *dir, struct store_left *l, uint64_t bytes)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_CLOSE int sub = at == -1 ? -1 : lock(at, &l->id);
	int result;

	if (sub == -1)
		return -1;
	result = cut(sub, bytes, &l->bytes);
	if (result != 0)
		return result;
	close(TAKE_FD(sub));
	return store_forget(dir, &l->id);
}
