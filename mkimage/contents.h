/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* contents: files beside an image that are made of it: its manifest, its boot
 * profile. */
#ifndef VF_MKIMAGE_CONTENTS_H
#define VF_MKIMAGE_CONTENTS_H

#include "lib/digest.h"

/* Makes the manifest of an image, at path; its id goes to id.  -1: logged. */
int contents_manifest(const char *image, const char *name, const char *path,
		      char id[DIGEST_HEX]);
/* A boot profile is one that can be read.  -1: logged. */
int contents_check_profile(const char *profile);
/* Makes the profile of the image with this manifest, at path, of one that was
 * recorded of it or of its predecessor.  -1: logged. */
int contents_profile(const char *recorded, const char *manifest,
		     const char *path);

#endif
