/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/fetch_device.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/pread_all.h"
#include "vfield/fetch_file.h"

#define LABEL_OURS "vfield-"
#define PIECE (64U << 10) /* bytes that are compared with zeros at a time */
/* How many pieces between the ends are compared with zeros.  Arbitrary: they
 * are soon read, and still show that a device was used if only its beginning
 * and its end were erased. */
#define SAMPLES 256

static int __attribute__((format(printf, 2, 3)))
refuse(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, FETCH_WHY, fmt, ap);
	va_end(ap);
	return -1;
}

/* Opens the file `name` in the sysfs directory of the device; "../" leads to
 * that of a partition's disk.  Returns NULL if there is no such file. */
static FILE *
open_sysfs(const struct stat *st, const char *name)
{
	char path[96];

	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/%s",
		 major(st->st_rdev), minor(st->st_rdev), name);
	return fopen(path, "re");
}

/* Returns true if the disk is removable, or if sysfs does not say that it is
 * not. */
static bool
removable(const struct stat *st)
{
	AUTO_FCLOSE FILE *partition = open_sysfs(st, "partition");
	AUTO_FCLOSE FILE *f =
	    open_sysfs(st, partition != NULL ? "../removable" : "removable");

	return f == NULL || fgetc(f) != '0';
}

/* Returns true if the device is a partition whose name begins with LABEL_OURS.
 */
static bool
named_ours(const struct stat *st)
{
	static const char key[] = "PARTNAME=" LABEL_OURS;
	AUTO_FCLOSE FILE *f = open_sysfs(st, "uevent");
	char line[256];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, key, sizeof key - 1) == 0)
			return true;
	return false;
}

/* Returns 1 if the PIECE bytes at the offset `at`, or those up to the device's
 * end, are zeros; 0 if not; -1 and errno if they cannot be read. */
static int
zeros(int fd, uint64_t size, uint64_t at)
{
	static uint8_t buf[PIECE];
	size_t len = size - at < PIECE ? size - at : PIECE;

	if (pread_all(fd, buf, len, at) == -1)
		return -1;
	return len == 0 || (buf[0] == 0 && memcmp(buf, buf + 1, len - 1) == 0);
}

/* Looks at pieces at offsets from `from` to before `to`, every `step` bytes.
 * Returns 1 if all are zeros; 0 if not; -1 and errno. */
static int
zeros_in(int fd, uint64_t size, uint64_t from, uint64_t to, uint64_t step)
{
	for (uint64_t at = from; at < to && at < size; at += step) {
		int result = zeros(fd, size, at);

		if (result != 1)
			return result;
	}
	return 1;
}

/* Returns 1 if the device is blank; 0 if not; -1 and errno if it cannot be
 * read. */
static int
blank(int fd, uint64_t size)
{
	uint64_t tail = size > FETCH_DEVICE_ENDS ? size - FETCH_DEVICE_ENDS : 0;
	uint64_t step = size / SAMPLES > PIECE ? size / SAMPLES : PIECE;
	int result = zeros_in(fd, size, 0, FETCH_DEVICE_ENDS, PIECE);

	if (result == 1)
		result = zeros_in(fd, size, tail, size, PIECE);
	if (result == 1)
		result = zeros_in(fd, size, FETCH_DEVICE_ENDS, tail, step);
	return result;
}

static int
check(int fd, const char *path, uint64_t size, bool wipe, char *why)
{
	struct stat st;
	uint64_t bytes = 0;
	int is_blank;

	if (fstat(fd, &st) == -1 || ioctl(fd, BLKGETSIZE64, &bytes) == -1)
		return refuse(why, "%s: %s", path, strerror(errno));
	if (removable(&st))
		return refuse(why,
			      "%s: a disk that can be removed is never "
			      "written",
			      path);
	if (bytes < size)
		return refuse(why,
			      "%s: no space: %" PRIu64 " bytes are needed "
			      "and it has %" PRIu64,
			      path, size, bytes);
	if (wipe || named_ours(&st))
		return 0;
	is_blank = blank(fd, bytes);
	if (is_blank == -1)
		return refuse(why, "%s: cannot read it: %s", path,
			      strerror(errno));
	if (is_blank == 1)
		return 0;
	return refuse(why,
		      "%s: it is not blank, nor named " LABEL_OURS
		      "...; --wipe overwrites it",
		      path);
}

int
fetch_device_open(const char *path, uint64_t size, bool wipe, char *why)
{
	/* O_EXCL: fails if the device is in use, and nobody else can mount it.
	 */
	AUTO_CLOSE int fd = open(path, O_RDWR | O_EXCL | O_CLOEXEC);

	if (fd == -1 && errno == EBUSY)
		return refuse(why, "%s: it is mounted, or in use", path);
	if (fd == -1)
		return refuse(why, "%s: %s", path, strerror(errno));
	if (check(fd, path, size, wipe, why) == -1)
		return -1;
	return TAKE_FD(fd);
}
