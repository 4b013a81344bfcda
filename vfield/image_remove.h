/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_remove: has all machines let go of an image. */
#ifndef VF_VFIELD_IMAGE_REMOVE_H
#define VF_VFIELD_IMAGE_REMOVE_H

#include <stdbool.h>

#include "lib/digest.h"

/* Has all machines let go of the image `name`, a NAME, ID or NAME@ID; if
 * `force`, even if they use it.  Sets *id to the image's id.  Messages begin
 * with `program`.  Returns 0; or -1 after the log has said why. */
int image_remove(const char *program, const char *run_dir, const char *name,
		 bool force, struct digest *id);

/* Has all machines let go of an image that no signed word names any more.  Says
 * nothing on failure. */
void image_let_go(const char *run_dir, const struct digest *id);

#endif
