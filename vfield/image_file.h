/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_file: an image file of this machine and its manifest, which lies beside
 * the image file as FILE.vfm, or in RUNDIR/manifests if the image file's
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

/* Opens an image file, finds its manifest or makes one, and fills in f.
 * Returns 0; -1: the log says why, and what to do: there is no such file, the
 * manifest is no manifest, or it belongs to another file.  The manifest's stamp
 * (image_stamp.h) tells whether it belongs to the file: with the stamp of
 * another file the whole file is compared, without a stamp a few chunks are. */
int image_file_open(const char *file, const char *run_dir,
		    struct image_file *f);
void image_file_close(struct image_file *f);

#endif
