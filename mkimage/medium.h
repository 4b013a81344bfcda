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

struct medium {
	const char *iso;  /* the file to write */
	const char *dir;  /* has NAME.squashfs, manifest, kernel, initramfs */
	const char *work; /* a directory for what is written on the way */
	const char *name; /* the image's */
	const char *id;
	bool signed_words; /* dir has a file `words` */
	const char *words; /* further words for the kernel's command line */
};

/* -1: logged. */
int medium_make(const struct medium *m);

#endif
