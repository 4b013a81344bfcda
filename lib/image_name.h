/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_name: parses and writes the names by which exports, commands and
 * options mean an image.
 *
 *   NAME         the name that the image's manifest gives it
 *   ID           its id, 64 hexadecimal digits
 *   NAME@ID      both; at least the first IMAGE_ID_MIN digits of the id
 *   nothing      the default image
 *
 * Several images may have the same NAME.  Then NAME means that one of them
 * which an administrator has made the default image; if there is no such one,
 * NAME means none of them.
 */
#ifndef VF_LIB_IMAGE_NAME_H
#define VF_LIB_IMAGE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/digest.h"
#include "lib/manifest.h"

#define IMAGE_ID_MIN 8 /* digits of an id that NAME@ID has at least */
/* Bytes of the longest NAME@ID, with all digits and the NUL. */
#define IMAGE_NAME_TEXT (MANIFEST_NAME_MAX + 1 + DIGEST_HEX)

struct image_name {
	char name[MANIFEST_NAME_MAX + 1]; /* name that is meant; empty: any */
	/* first digits of the id, in lower case; empty: any id */
	char id[DIGEST_HEX];
};

/* Parses `text` into n. Returns 0, or -1 and EINVAL if `text` has none of the
 * forms that are listed at the head of this file. */
int image_name_parse(const char *text, size_t len, struct image_name *n);
bool image_name_means(const struct image_name *n, const char *name,
		      const struct digest *id);
/* Returns true if text means the image of that name and id.  Returns false if
 * it does not, if it is empty, or if it cannot mean any image. */
bool image_is_called(const char *text, size_t len, const char *name,
		     const struct digest *id);
/* Writes NAME@ID, with IMAGE_ID_MIN digits of the id.  Returns `to`. */
char *image_name_text(const char *name, const struct digest *id,
		      char to[IMAGE_NAME_TEXT]);

#endif
