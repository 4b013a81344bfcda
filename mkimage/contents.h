/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* contents: makes the files that describe an image and lie beside it: its
 * manifest and its boot profile. */
#ifndef VF_MKIMAGE_CONTENTS_H
#define VF_MKIMAGE_CONTENTS_H

#include "lib/digest.h"

/* Writes the manifest of the file `image`, with `name` as the image's name, to
 * path, and the image's id in hexadecimal to id.  Returns 0, or -1 with the
 * error logged. */
int contents_manifest(const char *image, const char *name, const char *path,
		      char id[DIGEST_HEX]);
/* Checks that the file `profile` can be read as a boot profile.  Returns 0, or
 * -1 with the error logged. */
int contents_check_profile(const char *profile);
/* Writes to path a boot profile for the image that has this manifest.  The
 * profile is made from the one in the file `recorded`, which was recorded from
 * this image or from an earlier one.  Returns 0, or -1 with the error
 * logged. */
int contents_profile(const char *recorded, const char *manifest,
		     const char *path);

#endif
