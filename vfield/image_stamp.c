/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define ATTRIBUTE "user.vfield.image"
#define STAMP_TEXT 96

static void
stamp_of(const struct stat *st, char text[STAMP_TEXT])
{
	snprintf(text, STAMP_TEXT, "%" PRIu64 " %" PRIu64 " %" PRId64 ".%09ld",
		 (uint64_t)st->st_ino, (uint64_t)st->st_size,
		 (int64_t)st->st_ctim.tv_sec, (long)st->st_ctim.tv_nsec);
}

enum image_stamp
image_stamp_compare(const char *manifest, const struct stat *image)
{
	char is[STAMP_TEXT], was[STAMP_TEXT];
	ssize_t n = getxattr(manifest, ATTRIBUTE, was, sizeof was - 1);

	if (n <= 0)
		return STAMP_NONE;
	was[n] = '\0';
	stamp_of(image, is);
	return strcmp(is, was) == 0 ? STAMP_SAME : STAMP_OTHER;
}

void
image_stamp_set(const char *manifest, const struct stat *image)
{
	char text[STAMP_TEXT];

	stamp_of(image, text);
	/* A failure is ignored, since the stamp only saves time. */
	(void)setxattr(manifest, ATTRIBUTE, text, strlen(text), 0);
}
