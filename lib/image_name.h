/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_name: how an image is called, in exports, commands and options.
 *
 *   NAME         as its manifest says
 *   ID           its id, 64 hexadecimal digits
 *   NAME@ID      both; of the id its first IMAGE_ID_MIN digits, or more
 *   nothing      the default image
 *
 * Several images may have one NAME.  It then means the one that was said to be
 * the default, and none if that is another.
 */
#ifndef VF_LIB_IMAGE_NAME_H
#define VF_LIB_IMAGE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/digest.h"
#include "lib/manifest.h"

#define IMAGE_ID_MIN 8 /* digits */
/* NAME@ID with all digits, and the NUL. */
#define IMAGE_NAME_TEXT (MANIFEST_NAME_MAX + 1 + DIGEST_HEX)

struct image_name {
	char name[MANIFEST_NAME_MAX + 1]; /* empty: any */
	char id[DIGEST_HEX]; /* lower case, its first digits; empty: any */
};

/* EINVAL for what can be no image's. */
int image_name_parse(const char *text, size_t len, struct image_name *n);
bool image_name_means(const struct image_name *n, const char *name,
		      const struct digest *id);
/* The same of text; false for what can be no image's, and for nothing. */
bool image_is_called(const char *text, size_t len, const char *name,
		     const struct digest *id);
/* NAME@ID, with IMAGE_ID_MIN digits.  Returns to. */
char *image_name_text(const char *name, const struct digest *id,
		      char to[IMAGE_NAME_TEXT]);

#endif
