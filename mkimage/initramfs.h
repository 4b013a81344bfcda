/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* initramfs: makes the files of kernel and initramfs from a source, by running
 * vfield-mkinitramfs. */
#ifndef VF_MKIMAGE_INITRAMFS_H
#define VF_MKIMAGE_INITRAMFS_H

#include <stdbool.h>

#include "mkimage/kernel.h"

/* Returns whether the programs that vfield-mkinitramfs runs are installed, and
 * those that it packs, if they are to be this machine's.  Logs each one that is
 * missing, and what to install. */
bool initramfs_programs_there(bool packed);

/* Parts of an initramfs that not all machines need. */
struct initramfs_parts {
	/* drivers of all wired cards, not only of common ones */
	bool all_cards;
	bool tls; /* libraries that a cluster key needs */
	/* directory with a system of the machines' architecture, whose programs
	 * are packed; NULL: this machine's are */
	const char *programs;
};

/* Makes dir/vmlinuz and dir/initrd from kernel k of the source whose root is
 * the directory `root`.  bin is the directory of V-FIELD's programs.  Returns
 * 0, or -1 with the error logged. */
int initramfs_make(const char *root, const struct kernel *k, const char *bin,
		   const struct initramfs_parts *parts, const char *dir);

#endif
