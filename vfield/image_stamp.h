/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_stamp: which file a manifest was made of.
 *
 * An extended attribute of the manifest has the inode, size and ctime of the
 * image file as it was when all of it was last compared.  A file with the same
 * stamp is taken for the same without being read; dates that can be set (cp -p,
 * a clock that was wrong) mean nothing.  Where attributes cannot be written
 * there is no stamp.
 */
#ifndef VF_VFIELD_IMAGE_STAMP_H
#define VF_VFIELD_IMAGE_STAMP_H

enum image_stamp {
	STAMP_NONE,
	STAMP_SAME,
	STAMP_OTHER, /* the file was written to, or another took its place */
};

struct stat;

enum image_stamp image_stamp_compare(const char *manifest,
				     const struct stat *image);
/* Does nothing where it is not possible. */
void image_stamp_set(const char *manifest, const struct stat *image);

#endif
