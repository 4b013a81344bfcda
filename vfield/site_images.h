/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_images: finds the ids of the images that hosts of a site boot instead of
 * the default image.
 *
 * A hosts file may name an image (`image = lab-cuda`), and any node can add an
 * image of that name.  So publishing a site asks the node which image is meant,
 * and writes its id into the published site, whose own id the administrator
 * signs.  The file SITE_IMAGES has a line "VALUE ID" for each value of `image`
 * that is not itself an id. */
#ifndef VF_VFIELD_SITE_IMAGES_H
#define VF_VFIELD_SITE_IMAGES_H

#include "lib/image_name.h"
#include "vfield/site_dir.h"

/* Begins with a dot, so that no file of the administrator's in a site has this
 * name. */
#define SITE_IMAGES ".images"
/* length of a list of values: one more than the 32 images that
 * boot/own_images.h offers, so that one too many is noticed */
#define SITE_IMAGES_MAX 33

/* Asks the node of run_dir for all images that hosts name, and sets d->images
 * to the text of the file SITE_IMAGES; NULL: the file would be empty.  Adds an
 * error to d for each image that the node does not know, and if there are too
 * many. Returns 0; -1 and errno: a host names an image, and no node answers. */
int site_images_find(const char *run_dir, struct site_dir *d);
/* Writes d->images to the file SITE_IMAGES in the directory `work`, unless it
 * is NULL.  Returns 0, or -1 and sets errno. */
int site_images_write(const struct site_dir *d, const char *work);

/* Returns the text of the file SITE_IMAGES of a published site in the directory
 * dir, for free(); NULL: there is no such file. */
char *site_images_read(const char *dir);
/* Writes the image that a host's value of `image` means to `text`, as NAME@ID
 * or ID with all digits.  file: the text of SITE_IMAGES; NULL: there is none.
 * Returns 0; -1: the file has no id for the value. */
int site_images_text(const char *file, const char *value,
		     char text[IMAGE_NAME_TEXT]);

#endif
