/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/served_counts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"

static const char magic[8] = "VFSERVE1";

static int
open_in(const char *dir, int flags)
{
	AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%s/served", dir) == -1) {
		path = NULL;
		return -1;
	}
	return open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
}

static bool
is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size == sizeof(struct served);
}

struct served *
served_create(const char *dir)
{
	AUTO_CLOSE int fd = -1;
	struct served *s;
	int flags = MAP_SHARED;

	if (dir == NULL) {
		flags |= MAP_ANONYMOUS;
	} else {
		fd = open_in(dir, O_RDWR | O_CREAT);
		if (fd == -1 ||
		    (!is_ours(fd) && ftruncate(fd, sizeof *s) == -1))
			return NULL;
		/* writing to a mapped hole on a full disk would raise SIGBUS */
		errno = posix_fallocate(fd, 0, sizeof *s);
		if (errno != 0)
			return NULL;
	}
	s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (s == MAP_FAILED)
		return NULL;
	if (memcmp(s->magic, magic, sizeof magic) != 0)
		memset(s, 0, sizeof *s);
	memcpy(s->magic, magic, sizeof magic);
	for (int i = 0; i < SERVED_KINDS; i++)
		atomic_store(&s->now[i], 0);
	return s;
}

bool
served_look(const char *dir, struct served *copy)
{
	AUTO_CLOSE int fd = open_in(dir, O_RDONLY);

	return fd != -1 && is_ours(fd) &&
	       pread(fd, copy, sizeof *copy, 0) == sizeof *copy &&
	       memcmp(copy->magic, magic, sizeof magic) == 0;
}
