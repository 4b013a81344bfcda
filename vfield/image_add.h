/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_add: has the node that runs here serve one more image file. */
#ifndef VF_VFIELD_IMAGE_ADD_H
#define VF_VFIELD_IMAGE_ADD_H

#include "vfield/image_file.h"

/* Gives f to the router in run_dir, and notes it there for a router that is
 * started again.  Returns 0; -1: the log says why. */
int image_add(const char *program, const struct image_file *f,
	      const char *run_dir);

#endif
