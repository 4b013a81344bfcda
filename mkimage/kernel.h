/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel: chooses a kernel of the source, and checks that it has the modules
 * that booting needs.
 *
 * A kernel can be chosen if the root has both its modules and its file.  Of
 * several, these rules choose one; a rule counts where those before it leave a
 * choice:
 *
 *   1. the version that the caller wants;
 *   2. the version that GRUB's settings in the root name;
 *   3. an ordinary flavour before a special one (kernel_version.h), and then
 *      the newest version;
 *   4. of several flavours of that version: the one to which the root's
 *      /vmlinuz or /boot/vmlinuz leads, else the first by name. */
#ifndef VF_MKIMAGE_KERNEL_H
#define VF_MKIMAGE_KERNEL_H

struct kernel {
	char *version;   /* name of the kernel's directory in lib/modules */
	char *file;      /* path of the kernel's file on this machine */
	const char *why; /* why this kernel was chosen, for a message */
	char *others;    /* the other versions, a blank before each; "": none */
};

/* Chooses a kernel of the source whose root is the directory `root`; `wanted`
 * is the version to take; NULL: any.  Returns 0; or -1 if there is no such
 * kernel, after logging where it was looked for. */
int kernel_find(const char *root, const char *wanted, struct kernel *k);
void kernel_free(struct kernel *k);

/* Checks that the kernel has each driver that booting needs, as a module or
 * built in.  Returns 0, or -1 with each missing driver logged. */
int kernel_check(const char *root, const struct kernel *k);

#endif
