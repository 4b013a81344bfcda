/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_image: makes the image of a site (vfield-site(8)), so that a room starts
 * with it.  The program vfield, beside this one, does the work; so the same
 * directory gives the image that "vfield site publish" makes of it.
 */
#ifndef VF_MKIMAGE_SITE_IMAGE_H
#define VF_MKIMAGE_SITE_IMAGE_H

#include "lib/digest.h"

/* name of the site's image file, in the output directory and on the medium */
#define SITE_IMAGE_FILE "site.squashfs"
/* name of the site's image in its manifest */
#define SITE_IMAGE_NAME "site"

/* Checks the site in the directory `site`.  If the cluster is open, without a
 * cluster key, files in its secret/ are an error.  `bin` is the directory that
 * has vfield.  Returns 0, or -1 with the error logged. */
int site_image_check(const char *bin, const char *site, bool open);
/* Makes the site's image and its manifest in the directory dir, and writes the
 * image's id in hexadecimal to id.  If `secret`, only this user can read the
 * image.  Returns 0, or -1 with the error logged. */
int site_image_make(const char *bin, const char *site, bool secret,
		    const char *dir, char id[DIGEST_HEX]);

#endif
