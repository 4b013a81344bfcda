/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_file: an image file of this machine and the manifest that belongs to
 * it: beside it as FILE.vfm, or in RUNDIR/manifests where the file's own
 * directory cannot be written.
 */
#ifndef VF_VFIELD_IMAGE_FILE_H
#define VF_VFIELD_IMAGE_FILE_H

#include <stdint.h>

#include "lib/digest.h"
#include "lib/manifest.h"

struct image_file {
	char *file;     /* absolute */
	char *manifest; /* absolute */
	char name[MANIFEST_NAME_MAX + 1];
	uint64_t size; /* bytes */
	struct digest id;
};

/* Finds the manifest, or makes it.  -1: logged, with what to do: there is no
 * such file, the manifest is not one, or not this file's.  Whether it is this
 * file's is told by the stamp (image_stamp.h): a file with another stamp is
 * compared as a whole, one without is probed. */
int image_file_open(const char *file, const char *run_dir,
		    struct image_file *f);
void image_file_close(struct image_file *f);

#endif
