/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* source_tree: makes a source of any kind available as a directory. */
#ifndef VF_MKIMAGE_SOURCE_TREE_H
#define VF_MKIMAGE_SOURCE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "mkimage/patterns.h"

struct tree_source {
	/* path of a directory, a block device or a file */
	const char *path;
	const char *work_dir; /* directory in which to make a temporary one */
	/* number of the root's partition, or ROOT_ANY */
	uint64_t partition;
	/* btrfs subvolume that is the root; NULL: any */
	const char *subvolume;
	const struct patterns *out; /* files that stay out of the image */
};

struct tree {
	/* directory in which the source's files can be read */
	char *dir;
	/* path of the directory that is taken as the source; NULL: the source
	 * is no directory */
	char *real;
	/* true: the file systems that are mounted below dir belong to the
	 * source, too */
	bool crosses;
	/* how many of the source's file systems could not be shown below dir;
	 * each is logged */
	unsigned missing;
	char *work; /* temporary directory, which has view, unpacked and raw */
	char *view; /* directory on which the source is mounted */
	char *unpacked;
	char *raw;
	/* directory on which a tmpfs is mounted, and in it the directory that
	 * shows the source as plugins have changed it (plugin_build.h) */
	char *over, *merged;
};

/* Opens the source at s->path: a directory, a block device, or a file that is a
 * disk image (raw or qcow2) or a tar.  Returns 0, or -1 with the error logged.
 * tree_close() must follow in either case. */
int tree_open(const struct tree_source *s, struct tree *t);
void tree_close(struct tree *t);

#endif
