/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_image: provides the image by which `vfield copy` brings a file to other
 * machines.
 *
 * For the time of the copy the file becomes an image.  The image's name is
 * copy.NAME.XXXX, where XXXX is random.  So the image's id is new, and removing
 * the image from the cluster after the copy never removes one that somebody
 * else uses.  Its manifest lies in RUNDIR/manifests.
 *
 * Errors   a function that returns -1 has logged why. */
#ifndef VF_VFIELD_COPY_IMAGE_H
#define VF_VFIELD_COPY_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

struct copy_image {
	const char *run_dir;
	char hex[DIGEST_HEX]; /* the image's id */
	uint64_t bytes;       /* size of the image */
	unsigned mode;        /* permissions of the file */
	/* the cluster trusts a key; then each machine is told by itself to let
	 * go of the image (vfield-key(8)) */
	bool trusted;
	bool added; /* the image is temporary, and the node serves it */
	char *base; /* name of the file without its directory; owned */
	/* path of a temporary image's manifest, owned; NULL: the image was in
	 * the cluster before */
	char *manifest;
};

/* Fills in c for `what`: if that is a file, makes a temporary image of the file
 * and has the node serve it; else finds the image of the cluster that `what`
 * names.  Returns 0, or -1. */
int copy_image_open(const char *what, const char *run_dir,
		    struct copy_image *c);
/* Has all machines let go of a temporary image, unless `keep` is true, and
 * frees what c owns.  Returns 0; -1: the image could not be removed from the
 * cluster. */
int copy_image_close(struct copy_image *c, bool keep);

#endif
