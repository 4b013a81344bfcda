/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel_file: finds the file of a kernel in a root. */
#ifndef VF_MKIMAGE_KERNEL_FILE_H
#define VF_MKIMAGE_KERNEL_FILE_H

/* Returns the path of the kernel of that version in root, malloc'ed, or NULL if
 * there is none.  A file whose name has no version ("boot/vmlinuz-lts") is
 * taken unless its header names another version. */
char *kernel_file(const char *root, const char *version);

#endif
