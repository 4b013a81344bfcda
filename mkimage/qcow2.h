/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* qcow2: recognises and unpacks QEMU's disk images of the format qcow2. */
#ifndef VF_MKIMAGE_QCOW2_H
#define VF_MKIMAGE_QCOW2_H

#include <stdbool.h>
#include <stddef.h>

#define QCOW2_HEADER 104

/* Returns whether a file that begins with the len bytes at `head` is a qcow2
 * image. */
bool qcow2_is(const unsigned char *head, size_t len);

/* Returns why the image with this header cannot be unpacked, as a phrase for a
 * message: the image is encrypted, or it names other files that have some of
 * its data.  Returns NULL if the image can be unpacked. */
const char *qcow2_is_not_whole(const unsigned char head[QCOW2_HEADER]);

/* Writes the disk that the qcow2 image file holds to the file raw, with holes
 * where the disk is empty.  Returns 0, or -1 with the error logged. */
int qcow2_unpack(const char *file, const char *raw);

#endif
