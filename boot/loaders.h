/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* loaders: the programs that a machine's ROM loads first (iPXE, pxelinux), in
 * the directory that TFTP and HTTP serve.
 *
 * Each is taken from --files, else from the image that is offered, else from
 * where distributions have it.
 */
#ifndef VF_BOOT_LOADERS_H
#define VF_BOOT_LOADERS_H

#include "boot/boot.h"

/* Links to the loaders of this machine, and to the offered kernel.  -1: the log
 * says why. */
int loaders_link(struct boot *b);
/* Takes iPXE from the offered image, if that has it and --files have not.  The
 * loader stays when that image goes.  True: it is a loader that was missing. */
bool loaders_take(struct boot *b);

#endif
