/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_file: opens an image file of this machine, and finds or makes its
 * manifest.  The manifest lies beside the image file as FILE.vfm, or, if
 * nothing can be written there, in RUNDIR/manifests.
 */
#ifndef VF_VFIELD_IMAGE_FILE_H
#define VF_VFIELD_IMAGE_FILE_H

#include <stdint.h>

#include "lib/digest.h"
#include "lib/manifest.h"

struct image_file {
	char *file;     /* absolute path of the image file */
	char *manifest; /* absolute path of the manifest */
	char name[MANIFEST_NAME_MAX + 1];
	uint64_t size; /* bytes */
	struct digest id;
};

/* Opens an image file, finds its manifest or makes one, and fills in f. The
 * manifest's stamp (image_stamp.h) tells whether the manifest belongs to the
 * file.  If the stamp does not match the file, the whole file is compared with
 * the manifest; if there is no stamp, a few chunks are.  Returns 0; or -1 if
 * there is no such file, if the manifest is malformed, or if it belongs to
 * another file.  Then the log says what to do. */
int image_file_open(const char *file, const char *run_dir,
		    struct image_file *f);
void image_file_close(struct image_file *f);

#endif
