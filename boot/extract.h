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
	EXTRACT_NONE,   /* the image lacks a usable kernel or initramfs */
	EXTRACT_FAILED, /* reading the image, or writing a file, failed */
};

/* The files vmlinuz, initrd, of iPXE, and the signed program of the first two.
 */
#define EXTRACT_FILES 5

struct extract_files {
	int fd[EXTRACT_FILES]; /* open for writing */
};

/* Creates the files in dir, which exists and is empty.  Returns EXTRACT_DONE,
 * or EXTRACT_FAILED with the reason in `why`. */
enum extracted extract_open(const char *dir, struct extract_files *out,
			    char why[EXTRACT_WHY]);
/* Copies vmlinuz, initrd and what else of the files the image has to `out`.
 * Must be called in a child process: since anybody may have made the image,
 * extract gives up all rights of the process that it does not need, and limits
 * the memory and time of the process.  Blocks for as long as the router waits
 * for a chunk.  On any result but EXTRACT_DONE, `why` has the reason. */
enum extracted extract(const char *socket, const struct digest *id,
		       const struct extract_files *out, char why[EXTRACT_WHY]);
/* Removes from dir, after EXTRACT_DONE, the files that stayed empty because the
 * image lacks them. */
void extract_tidy(const char *dir);

#endif
