/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* loaders: puts the boot loaders (iPXE, pxelinux), which a machine's ROM loads
 * first, into the directory that TFTP and HTTP serve.
 *
 * Each loader is taken from the first of these places that has it: the
 * directory of --files, the offered image, the directory in which the
 * distribution installs it. */
#ifndef VF_BOOT_LOADERS_H
#define VF_BOOT_LOADERS_H

#include "boot/boot.h"

/* Makes links, in the directory that TFTP and HTTP serve, to the loaders that
 * this machine has (from --files or its distribution) and to kernel and
 * initramfs of the offered image.  Returns 0, or -1 after the log has said
 * why. */
int loaders_link(struct boot *b);
/* Copies those loaders of the offered image that the directory of --files does
 * not have into the directory that TFTP and HTTP serve.  They stay there when
 * the image's files are removed.  Sets b->is_signed.  Returns true if a loader
 * was put there that was missing before, or b->is_signed has changed. */
bool loaders_take(struct boot *b);

#endif
