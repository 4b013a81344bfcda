/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* squash: a root directory becomes a squashfs file, without the files that
 * belong to one machine. */
#ifndef VF_MKIMAGE_SQUASH_H
#define VF_MKIMAGE_SQUASH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/options.h"
#include "mkimage/boot_files.h"

struct squash {
	const char *root;
	bool crosses; /* other file systems in it come in as well */
	const struct boot_files *boot; /* go in as well */
	const char *output;
	const char *list;         /* a file of patterns */
	struct option_list extra; /* patterns beside those */
	const char *work_dir;
	uint64_t level; /* of zstd, 1 to 22 */
};

/* -1: logged. */
int squash_make(const struct squash *s);

#endif
