/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel: the kernel of a root directory, and whether V-FIELD can boot it. */
#ifndef VF_MKIMAGE_KERNEL_H
#define VF_MKIMAGE_KERNEL_H

struct kernel {
	char *version; /* as below lib/modules */
	char *file;    /* of the kernel itself */
};

/* The newest one that has both modules and a kernel file, or the wanted one.
 * -1: there is none; logged, with where it was looked for. */
int kernel_find(const char *root, const char *wanted, struct kernel *k);
void kernel_free(struct kernel *k);

/* It has, as a module or built in, what the boot needs.  -1: logged, each
 * one that is missing. */
int kernel_check(const char *root, const struct kernel *k);

#endif
