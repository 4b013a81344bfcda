/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* source_tree: a source as a directory. */
#ifndef VF_MKIMAGE_SOURCE_TREE_H
#define VF_MKIMAGE_SOURCE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "mkimage/patterns.h"

struct tree_source {
	const char *path;           /* a directory, a device or a file */
	const char *work_dir;       /* a place to unpack in */
	uint64_t partition;         /* ROOT_ANY, or the root's (disk_root.h) */
	const char *subvolume;      /* NULL, or the root's (disk_root.h) */
	const struct patterns *out; /* files that stay out of the image */
};

struct tree {
	char *dir;
	char *real; /* a directory's own name on this machine, or NULL */
	/* file systems mounted in the source are a part of it */
	bool crosses;
	/* file systems of the source that are not in it, each logged */
	unsigned missing;
	char *work; /* a directory, removed in the end, with what follows */
	char *view; /* the directory at which the source is mounted */
	char *unpacked;
	char *raw;
};

/* SOURCE is a directory, a block device, or a file: a disk image, raw or
 * qcow2, or a tar.  -1: logged. */
int tree_open(const struct tree_source *s, struct tree *t);
void tree_close(struct tree *t);

#endif
