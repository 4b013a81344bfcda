/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel: the kernel of a root directory, and the modules that booting takes.
 *
 * Of several kernels that have both modules and a file the one is taken that
 *
 *   1. is wanted by its version;
 *   2. GRUB's settings in the root name;
 *   3. is no special flavour (kernel_version.h), and the newest;
 *   4. of several flavours of that version: the one to which the root's
 *      /vmlinuz or /boot/vmlinuz leads, else the first by name. */
#ifndef VF_MKIMAGE_KERNEL_H
#define VF_MKIMAGE_KERNEL_H

struct kernel {
	char *version;   /* the name of its directory in lib/modules */
	char *file;      /* the path of the kernel itself */
	const char *why; /* the rule that chose it, for a message */
	char *others;    /* versions that were not taken, or NULL */
};

/* Finds the kernel; wanted is a version, or NULL.  -1: there is none; logged,
 * with where it was looked for. */
int kernel_find(const char *root, const char *wanted, struct kernel *k);
void kernel_free(struct kernel *k);

/* The kernel must have, as a module or built in, each module that the boot
 * needs.  -1: logged, each one that is missing. */
int kernel_check(const char *root, const struct kernel *k);

#endif
