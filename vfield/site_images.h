/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_images: the ids of the images that hosts of a site boot instead of the
 * default one.
 *
 * A hosts file may name an image (`image = lab-cuda`), and any node can add one
 * of that name.  So publishing asks the node which image is meant, and writes
 * its id into the published site, whose id the administrator signs: a file
 * SITE_IMAGES, with a line "VALUE ID" for each value of `image` that is not an
 * id by itself.
 */
#ifndef VF_VFIELD_SITE_IMAGES_H
#define VF_VFIELD_SITE_IMAGES_H

#include "lib/image_name.h"
#include "vfield/site_dir.h"

/* The dot keeps a file of the administrator's from having this name. */
#define SITE_IMAGES ".images"
#define SITE_IMAGES_MAX 33 /* boot/own_images.h offers 32 */

/* Asks the node of run_dir for all images that hosts have, and adds an error
 * for each that it does not know, and for too many; sets d->images, the text of
 * the file, or NULL if that would be empty.  Returns 0; -1: no node answers,
 * though a host has an image, and errno is set. */
int site_images_find(const char *run_dir, struct site_dir *d);
/* Writes d->images, if there are any, into the directory `work`.  Returns 0, or
 * -1 and sets errno. */
int site_images_write(const struct site_dir *d, const char *work);

/* Reads the file of a published site in the directory dir, for free(); NULL:
 * there is none. */
char *site_images_read(const char *dir);
/* Writes the image that a host's value means, as NAME@ID or ID, with all
 * digits. `file` is the text of the file; NULL: there is none.  Returns 0; -1:
 * the site has no id for it. */
int site_images_text(const char *file, const char *value,
		     char text[IMAGE_NAME_TEXT]);

#endif
