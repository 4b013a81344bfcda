/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* tree: a source as a directory. */
#ifndef VF_MKIMAGE_TREE_H
#define VF_MKIMAGE_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct tree {
	char *dir;
	char *real;     /* a directory's own name on this machine, or NULL */
	bool crosses;   /* other file systems in it are a part of it */
	uint64_t bytes; /* on disk */
	uint64_t files;
	char *work; /* a directory, removed in the end, with what follows */
	char *view; /* the directory at which the source is mounted */
	char *unpacked;
	char *raw;
};

/* SOURCE is a directory, a block device, or a file: a disk image, raw or
 * qcow2, or a tar.  What has to be unpacked is so below work_dir.  Of a disk
 * with several systems, partition chooses one (root.h).  -1: logged. */
int tree_open(const char *source, const char *work_dir, uint64_t partition,
	      struct tree *t);
void tree_close(struct tree *t);

#endif
