/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* initramfs: kernel and initramfs of a source, by vfield-mkinitramfs. */
#ifndef VF_MKIMAGE_INITRAMFS_H
#define VF_MKIMAGE_INITRAMFS_H

#include <stdbool.h>

#include "mkimage/kernel.h"

/* Whether the programs that vfield-mkinitramfs takes or runs are installed.
 * Says what to install if not. */
bool initramfs_programs_there(void);

/* Makes dir/vmlinuz and dir/initrd of the source that is shown at root; bin:
 * the directory of V-FIELD's programs; all_cards: drivers of all wired cards.
 * -1: logged. */
int initramfs_make(const char *root, const struct kernel *k, const char *bin,
		   bool all_cards, const char *dir);

#endif
