/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel: the kernel of a root directory, and the modules that booting takes.
 */
#ifndef VF_MKIMAGE_KERNEL_H
#define VF_MKIMAGE_KERNEL_H

struct kernel {
	char *version; /* the name of its directory in lib/modules */
	char *file;    /* the path of the kernel itself */
};

/* The newest one that has both modules and a kernel file, or the wanted one.
 * -1: there is none; logged, with where it was looked for. */
int kernel_find(const char *root, const char *wanted, struct kernel *k);
void kernel_free(struct kernel *k);

/* The kernel must have, as a module or built in, each module that the boot
 * needs.  -1: logged, each one that is missing. */
int kernel_check(const char *root, const struct kernel *k);

#endif
