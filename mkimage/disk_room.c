/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/disk_room.h"

#include <inttypes.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"

#define MIB (1U << 20)
/* Size of a squashfs, in percent of the size that its files have on disk.  A
 * Debian with systemd gives 40 to 45. */
#define SQUASHED_PERCENT 45
/* bytes; FAT has 32 bits for the size of a file */
#define FAT_FILE_MAX UINT32_MAX
#define IMAGE_MAX ((uint64_t)MANIFEST_CHUNKS_MAX * MANIFEST_CHUNK_DEFAULT)

struct place_of {
	uint64_t free; /* bytes that are free; UINT64_MAX: unknown */
	bool fat;
	dev_t device;
};

uint64_t
room_estimate(uint64_t bytes)
{
	return bytes / 100 * SQUASHED_PERCENT;
}

/* Returns what is known of the file system of `path` or, if `path` does not
 * exist, of the directory of `path`.  If neither exists, the field free is
 * UINT64_MAX. */
static struct place_of
look(const char *path)
{
	AUTO_FREE char *above = strdup(path);
	struct place_of p = {.free = UINT64_MAX};
	const char *there = path;
	struct statfs fs;
	struct stat st;

	if (statfs(there, &fs) == -1)
		there = dirname(above);
	if (statfs(there, &fs) == -1 || stat(there, &st) == -1)
		return p;
	p.free = (uint64_t)fs.f_bavail * fs.f_bsize;
	p.fat = fs.f_type == MSDOS_SUPER_MAGIC;
	p.device = st.st_dev;
	return p;
}

static int
check_one(const char *path, const struct place_of *p, uint64_t wanted,
	  uint64_t file)
{
	int result = 0;

	if (p->free < wanted) {
		log_error("%s: only %" PRIu64 " MiB are free, and about "
			  "%" PRIu64 " are wanted; make room, or write "
			  "elsewhere",
			  path, p->free / MIB, wanted / MIB + 1);
		result = -1;
	}
	if (p->fat && file > FAT_FILE_MAX) {
		log_error("%s: the file will have more than 4 GiB, which FAT "
			  "does not take; write elsewhere",
			  path);
		result = -1;
	}
	return result;
}

int
room_check(const char *output, const char *iso, uint64_t bytes)
{
	struct place_of to = look(output), medium = {.free = UINT64_MAX};
	bool one;
	int result = 0;

	if (iso != NULL)
		medium = look(iso);
	one =
	    iso != NULL && to.free != UINT64_MAX && to.device == medium.device;
	if (bytes > IMAGE_MAX) {
		log_error("the image will have about %" PRIu64 " GiB, and "
			  "%" PRIu64 " are the most: leave something out",
			  bytes >> 30, IMAGE_MAX >> 30);
		result = -1;
	}
	if (check_one(output, &to, one ? 2 * bytes : bytes, bytes) == -1)
		result = -1;
	if (iso != NULL && check_one(iso, &medium, bytes, bytes) == -1)
		result = -1;
	return result;
}
