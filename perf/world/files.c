/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Keeps the small files of the machines in memory: replaces (-Wl,--wrap) fopen
 * and rename for paths below /world, and fsync.  A file that is being written
 * gets its bytes when it is closed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/machine.h"
#include "perf/world/rng.h"

struct file {
	LIST_ENTRY(file) entry;
	char *path;
	uint8_t *bytes;
	size_t len;
};

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_fsync(int fd);
int __wrap_fsync(int fd);

static struct file *
find(const struct machine *m, const char *path)
{
	struct file *f;

	LIST_FOREACH (f, &m->files, entry)
		if (strcmp(f->path, path) == 0)
			return f;
	return NULL;
}

const uint8_t *
machine_file(const struct machine *m, const char *path, size_t *len)
{
	const struct file *f = find(m, path);

	if (f == NULL)
		return NULL;
	*len = f->len;
	return f->bytes;
}

static ssize_t
on_write(void *cookie, const char *buf, size_t n)
{
	struct file *f = cookie;

	f->bytes = must(realloc(f->bytes, f->len + n));
	memcpy(f->bytes + f->len, buf, n);
	f->len += n;
	return n;
}

FILE *
__wrap_fopen(const char *path, const char *mode)
{
	struct machine *m = machine_of_path(path);
	struct file *f;

	if (m == NULL)
		return __real_fopen(path, mode);
	f = find(m, path);
	if (mode[0] == 'r') {
		if (f != NULL)
			return fmemopen(f->bytes, f->len, "r");
		errno = ENOENT;
		return NULL;
	}
	if (f == NULL) {
		f = must(calloc(1, sizeof *f));
		f->path = must(strdup(path));
		LIST_INSERT_HEAD(&m->files, f, entry);
	}
	f->len = 0;
	return fopencookie(f, "w", (cookie_io_functions_t){.write = on_write});
}

static void
remove_file(struct file *f)
{
	LIST_REMOVE(f, entry);
	free(f->path);
	free(f->bytes);
	free(f);
}

int
__wrap_rename(const char *from, const char *to)
{
	struct machine *m = machine_of_path(from);
	struct file *f, *old;

	if (m == NULL)
		return __real_rename(from, to);
	f = find(m, from);
	old = find(m, to);
	if (f == NULL) {
		errno = ENOENT;
		return -1;
	}
	if (old != NULL)
		remove_file(old);
	free(f->path);
	f->path = must(strdup(to));
	return 0;
}

/* Does nothing for the descriptor -1 of a file in memory, and syncs any other
 * file. */
int
__wrap_fsync(int fd)
{
	return fd == -1 ? 0 : __real_fsync(fd);
}
