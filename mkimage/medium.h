/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* medium: makes a CD or USB stick with an image in it; the machine that boots
 * from it is the first node of a cluster. */
#ifndef VF_MKIMAGE_MEDIUM_H
#define VF_MKIMAGE_MEDIUM_H

#include <stdbool.h>

/* Returns whether the programs that make a medium are installed.  Logs each one
 * that is missing, and what to install. */
bool medium_programs_there(void);

struct medium {
	const char *iso; /* the file to write */
	/* directory that has the image, manifest, kernel and initramfs */
	const char *dir;
	/* temporary directory, with a directory `source` in it */
	const char *work;
	const char *name; /* name of the image */
	const char *id;
	bool signed_words; /* dir has a file `words`, to be put on the medium */
	bool site; /* dir has the site's image, to be put on the medium */
	bool jobs; /* dir has a list of jobs, to be put on the medium */
	const char *cluster_key; /* path of the cluster key; NULL: none */
	const char *words; /* further words for the kernel's command line */
	/* key and certificate that sign what UEFI starts; NULL: GRUB is
	 * started, unsigned */
	const char *sign_key, *sign_cert;
};

/* Writes the medium to m->iso; the file has another name until it is complete.
 * Returns 0, or -1 with the error logged. */
int medium_make(const struct medium *m);

#endif
