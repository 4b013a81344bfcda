/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* squash: makes a squashfs file from a root directory, without the files that
 * belong to one machine. */
#ifndef VF_MKIMAGE_SQUASH_H
#define VF_MKIMAGE_SQUASH_H

#include <stdbool.h>
#include <stdint.h>

#include "mkimage/boot_files.h"
#include "mkimage/patterns.h"
#include "mkimage/scan.h"

struct squash {
	const char *root;
	/* true: file systems that are mounted below root come into the image,
	 * too */
	bool crosses;
	/* files to be put below BOOT_FILES_DIR */
	const struct boot_files *boot;
	const char *output;
	struct patterns *out; /* files that stay out of the image */
	/* the result of scan_tree() with the same root and out */
	const struct scan *scan;
	const char *work_dir;
	uint64_t level; /* zstd's level, 1 to 22 */
};

/* Makes the squashfs file s->output.  Returns 0, or -1 with the error
 * logged. */
int squash_make(const struct squash *s);

#endif
