/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* extract: copies kernel and initramfs out of an image.
 *
 * vfield-mkimage puts both into the image, in boot/vfield.  The image is read
 * by NBD from this machine's router, which verifies its bytes; so neither a
 * mount nor the image file is needed.
 */
#ifndef VF_BOOT_EXTRACT_H
#define VF_BOOT_EXTRACT_H

#include "lib/digest.h"

#define EXTRACT_WHY 256

enum extracted {
	EXTRACT_DONE,
	EXTRACT_NONE,   /* the image has no fit kernel or no fit initramfs */
	EXTRACT_FAILED, /* the image cannot be read, or files not written */
};

/* Copies vmlinuz, initrd and, if the image has one, iPXE into dir, which exists
 * and is empty.  Call it in a child process: it gives up all other rights of
 * the process and limits its memory and time, since anybody may have made the
 * image.  Blocks for as long as the router waits for a chunk. Unless it returns
 * EXTRACT_DONE, `why` says why not.  After EXTRACT_DONE have extract_tidy
 * remove the empty files of what the image does not have. */
enum extracted extract(const char *socket, const struct digest *id,
		       const char *dir, char why[EXTRACT_WHY]);

void extract_tidy(const char *dir);

#endif
