/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_remove: has all machines let go of an image. */
#ifndef VF_VFIELD_IMAGE_REMOVE_H
#define VF_VFIELD_IMAGE_REMOVE_H

#include <stdbool.h>

#include "lib/digest.h"

/* Has all machines let go of the image `name`, as NAME, ID or NAME@ID; force:
 * also while they use it.  Sets *id to its id.  Returns
 * 0, or -1 when it has logged why; program is what messages begin with. */
int image_remove(const char *program, const char *run_dir, const char *name,
		 bool force, struct digest *id);

/* Has all machines let go of an image that a word has named and names no more;
 * nothing is said if they do not. */
void image_let_go(const char *run_dir, const struct digest *id);

#endif
