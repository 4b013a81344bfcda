/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* squash: a root directory becomes a squashfs file, without the files that
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
	bool crosses; /* file systems mounted in the source come in as well */
	const struct boot_files *boot; /* go in as well */
	const char *output;
	struct patterns *out;    /* boot files of an older image are added */
	const struct scan *scan; /* the walk through root, with out */
	const char *work_dir;
	uint64_t level; /* zstd's level, 1 to 22 */
};

/* -1: logged. */
int squash_make(const struct squash *s);

#endif
