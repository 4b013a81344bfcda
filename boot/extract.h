/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* extract: kernel and initramfs of an image, out of the image itself.
 *
 * vfield-mkimage puts them there, in boot/vfield.  The image is read by NBD,
 * as it is known to this machine's router, which has checked its bytes; so it
 * needs neither a mount nor the image's file.
 */
#ifndef VF_BOOT_EXTRACT_H
#define VF_BOOT_EXTRACT_H

#include "lib/digest.h"

#define EXTRACT_WHY 256

enum extracted {
	EXTRACT_DONE,
	EXTRACT_NONE,   /* the image has no kernel or no initramfs there */
	EXTRACT_FAILED, /* whether it has is not known, or they do not fit */
};

/* For a process of its own, which has no other rights and little of everything
 * from then on: an image's maker may be anybody.
 * Blocks for as long as the router waits for a chunk.  vmlinuz and initrd, and
 * iPXE if there is some, go into `dir', which exists and is empty.  If it is
 * not EXTRACT_DONE, `why' says why; if it is, extract_tidy removes the files
 * that the image does not have. */
enum extracted extract(const char *socket, const struct digest *id,
		       const char *dir, char why[EXTRACT_WHY]);

void extract_tidy(const char *dir);

#endif
