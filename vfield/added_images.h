/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* added_images: RUNDIR/images, the images that `vfield image add` has given
 * to a running node: a line with the file, a line with its manifest, and so
 * on.  It is the supervisor's memory of what a router that is started again
 * has to be told; a node that starts anew begins without.
 */
#ifndef VF_VFIELD_ADDED_IMAGES_H
#define VF_VFIELD_ADDED_IMAGES_H

#include "lib/digest.h"
#include "lib/options.h"

struct added_images {
	struct option_list files,
	    manifests; /* a file and its manifest have one index */
	char *text;    /* the memory that both lists point into */
};

/* Appends one.  -1, errno; EINVAL for a path with a line break. */
int added_images_append(const char *run_dir, const char *file,
			const char *manifest);
/* Takes out those whose manifest is the image's.  -1, errno. */
int added_images_drop(const char *run_dir, const struct digest *id);
/* None if there is no such file. */
void added_images_read(const char *run_dir, struct added_images *a);
void added_images_free(struct added_images *a);
void added_images_remove(const char *run_dir);

#endif
