/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* scan: walks through a source before anything is written, and finds out how
 * much comes into the image, which files stay out, and what the user must be
 * warned of. */
#ifndef VF_MKIMAGE_SCAN_H
#define VF_MKIMAGE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mkimage/patterns.h"
#include "mkimage/secrets.h"

struct scan {
	/* bytes on disk of the files that come into the image */
	uint64_t bytes;
	uint64_t files;
	/* files that stay out, as patterns for mksquashfs, one on each line */
	char *left_out;
	/* files that get another mode, as pseudo definitions for mksquashfs */
	char *narrowed;
	unsigned nnarrowed;
	unsigned unread; /* files and directories that could not be read */
	struct secrets secrets;
};

/* Walks through the directory `root` and, if `crosses` is true, through the
 * file systems mounted below root; `out` has the patterns of the files that
 * stay out.  Logs files whose mode is narrowed, as their ACL cannot be in the
 * image. Returns 0, or -1 if a signal has interrupted the walk. */
int scan_tree(const char *root, bool crosses, const struct patterns *out,
	      struct scan *s);
void scan_free(struct scan *s);

#endif
