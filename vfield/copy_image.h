/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_image: the image by which `vfield copy` brings a file to other machines.
 *
 * A file becomes an image for the time of the copy: its name is copy.NAME.XXXX,
 * where XXXX is drawn by lot, so its id is new, and to remove it from the
 * cluster at the end never removes an image that somebody else uses.  Its
 * manifest lies in RUNDIR/manifests.
 *
 * Errors   a function that returns -1 has logged why.
 */
#ifndef VF_VFIELD_COPY_IMAGE_H
#define VF_VFIELD_COPY_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

struct copy_image {
	const char *run_dir;
	char hex[DIGEST_HEX]; /* id */
	uint64_t bytes;       /* size */
	unsigned mode;        /* permissions of the file */
	bool trusted;   /* the cluster trusts a key, so that each machine is to
			 * be told to let go of the image (vfield-key(8)) */
	bool added;     /* a temporary image that the node serves */
	char *base;     /* name of the file without its directory; owned */
	char *manifest; /* path of a temporary image's manifest; NULL: the image
			 * is one of the cluster's; owned */
};

/* Has the node serve `what`, if that is a file, or finds the image of the
 * cluster that it names, and fills in c. */
int copy_image_open(const char *what, const char *run_dir,
		    struct copy_image *c);
/* Has all machines let go of a temporary image, unless keep is true. */
int copy_image_close(struct copy_image *c, bool keep);

#endif
