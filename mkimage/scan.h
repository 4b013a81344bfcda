/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* scan: a walk through a source, before anything is written: how much comes
 * into the image, which files do not, and which are to be told of. */
#ifndef VF_MKIMAGE_SCAN_H
#define VF_MKIMAGE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mkimage/patterns.h"
#include "mkimage/secrets.h"

struct scan {
	uint64_t bytes; /* bytes on disk of the files that come in */
	uint64_t files;
	char *left_out; /* patterns for mksquashfs, a line each */
	char *narrowed; /* pseudo definitions of files with other modes */
	unsigned nnarrowed;
	unsigned unread; /* directories that could not be read; logged */
	struct secrets secrets;
};

/* Walks through root; crosses: file systems beneath it as well.  Files whose
 * rights an ACL narrows are named in the log.  -1: interrupted. */
int scan_tree(const char *root, bool crosses, const struct patterns *out,
	      struct scan *s);
void scan_free(struct scan *s);

#endif
