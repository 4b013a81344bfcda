/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel_file: where a root has the kernel of a version. */
#ifndef VF_MKIMAGE_KERNEL_FILE_H
#define VF_MKIMAGE_KERNEL_FILE_H

/* The path of a version's kernel, malloc'ed; NULL: there is none.  A file
 * without a version in its name ("boot/vmlinuz-lts") is taken if the version
 * in it, where it has one, is this. */
char *kernel_file(const char *root, const char *version);

#endif
