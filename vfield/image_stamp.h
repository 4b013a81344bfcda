/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_stamp: marks a manifest with the state of the image file that it
 * describes.
 *
 * The stamp is an extended attribute of the manifest's file.  It has the inode
 * number, size and ctime that the image file had when it was last hashed, or
 * compared with the manifest.  If the image file still has these, it counts as
 * unchanged, without being read.  The mtime is not in the stamp, since programs
 * such as cp can set it.  If extended attributes cannot be written there is no
 * stamp.
 */
#ifndef VF_VFIELD_IMAGE_STAMP_H
#define VF_VFIELD_IMAGE_STAMP_H

enum image_stamp {
	STAMP_NONE,
	STAMP_SAME,
	/* the image file was written to, or another file took its place */
	STAMP_OTHER,
};

struct stat;

enum image_stamp image_stamp_compare(const char *manifest,
				     const struct stat *image);
/* Stamps the manifest's file with `image`, the status of the image file; does
 * nothing where extended attributes cannot be written. */
void image_stamp_set(const char *manifest, const struct stat *image);

#endif
