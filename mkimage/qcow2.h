/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* qcow2: QEMU's disk images. */
#ifndef VF_MKIMAGE_QCOW2_H
#define VF_MKIMAGE_QCOW2_H

#include <stdbool.h>
#include <stddef.h>

#define QCOW2_HEADER 104

/* A file with these first bytes is a qcow2 image. */
bool qcow2_is(const unsigned char *head, size_t len);

/* An image that names other files, which would be read in its place, or is
 * encrypted, is not whole: returns why, for a message, or NULL. */
const char *qcow2_is_not_whole(const unsigned char head[QCOW2_HEADER]);

/* Writes the disk that is in file to raw, a sparse file.  -1: logged. */
int qcow2_unpack(const char *file, const char *raw);

#endif
