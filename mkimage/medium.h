/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* medium: a CD or stick with an image in it, from which a machine boots and
 * is the first node of a cluster. */
#ifndef VF_MKIMAGE_MEDIUM_H
#define VF_MKIMAGE_MEDIUM_H

#include <stdbool.h>

/* The programs that make a medium are installed.  Says what to install if
 * not. */
bool medium_programs_there(void);

/* Writes ISO, of DIR/NAME.squashfs, its manifest, kernel and initramfs; words
 * go to the kernel besides.  -1: logged. */
int medium_make(const char *iso, const char *dir, const char *name,
		const char *id, const char *words);

#endif
