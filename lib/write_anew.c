/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/write_anew.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/write_all.h"

int
write_anew(const char *path, void (*print)(FILE *to, const void *ctx),
	   const void *ctx)
{
	AUTO_FREE char *fresh = NULL;
	bool written;
	int saved;
	FILE *to;

	if (asprintf(&fresh, "%s.new", path) == -1)
		return -1;
	to = fopen(fresh, "we");
	if (to == NULL)
		return -1;
	print(to, ctx);
	written = fflush(to) == 0 && ferror(to) == 0 && fsync(fileno(to)) == 0;
	written = fclose(to) == 0 && written;
	if (written && rename(fresh, path) == 0)
		return 0;
	saved = errno;
	unlink(fresh);
	errno = saved;
	return -1;
}

int
write_anew_bytes(const char *path, const void *data, size_t len, mode_t mode)
{
	return write_anew_as(path, data, len,
			     &(struct write_anew_as){mode, -1, -1});
}

int
write_anew_as(const char *path, const void *data, size_t len,
	      const struct write_anew_as *as)
{
	AUTO_FREE char *fresh = NULL;
	AUTO_CLOSE int fd = -1;
	int saved;

	if (asprintf(&fresh, "%s.new", path) == -1)
		return -1;
	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		  as->mode & 0700);
	/* in this order: who gives a file away may not change its mode */
	if (fd != -1 && fchmod(fd, as->mode) == 0 &&
	    fchown(fd, as->uid, as->gid) == 0 &&
	    write_all(fd, data, len) == 0 && fsync(fd) == 0 &&
	    rename(fresh, path) == 0)
		return 0;
	saved = errno;
	unlink(fresh);
	errno = saved;
	return -1;
}
