/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* added_images: reads and writes the file RUNDIR/images, which lists the images
 * that `vfield image add` has given to a running node.  An image has two lines:
 * the path of its file, then that of its manifest.  If the router dies, the
 * supervisor gives these images to the router that it starts in its place.  A
 * node that is started anew begins with an empty list.
 */
#ifndef VF_VFIELD_ADDED_IMAGES_H
#define VF_VFIELD_ADDED_IMAGES_H

#include "lib/digest.h"
#include "lib/options.h"

struct added_images {
	struct option_list files,
	    manifests; /* manifests.v[i] is the manifest of files.v[i] */
	/* the text of RUNDIR/images, into which both lists point */
	char *text;
};

/* Appends an image, by the paths of its file and of its manifest, to
 * RUNDIR/images.  Returns 0, or -1 and errno; EINVAL: a path has a line break.
 */
int added_images_append(const char *run_dir, const char *file,
			const char *manifest);
/* Removes from RUNDIR/images the images whose manifest has the id `id`.
 * Returns 0, or -1 and errno. */
int added_images_drop(const char *run_dir, const struct digest *id);
/* Reads RUNDIR/images into `a`, to be freed by added_images_free; both lists
 * are empty if the file cannot be read. */
void added_images_read(const char *run_dir, struct added_images *a);
void added_images_free(struct added_images *a);
void added_images_remove(const char *run_dir);

#endif
