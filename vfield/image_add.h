/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_add: has the node that runs here serve one more image file. */
#ifndef VF_VFIELD_IMAGE_ADD_H
#define VF_VFIELD_IMAGE_ADD_H

#include "vfield/image_file.h"

/* Has the router that runs in run_dir serve the image f, and adds f to
 * RUNDIR/images (added_images.h), so that a router that is started again serves
 * it, too.  Messages begin with `program`.  Returns 0; -1: the log says why. */
int image_add(const char *program, const struct image_file *f,
	      const char *run_dir);
/* Does the same for an image that V-FIELD has made for root alone, or under
 * such a umask, in its own directories: lets the router's user read the image
 * and its manifest, and search the next `dirs` directories above the image. */
int image_add_own(const char *program, const struct image_file *f,
		  const char *run_dir, unsigned dirs);

#endif
