/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_make: makes the manifest of an image file, and compares an image file
 * with a manifest.  All commands use this module, so that they do both alike.
 *
 * If the path of an image leads through a symbolic link, the manifest lies
 * beside the file that the link points at, and is named after that file.
 *
 * Errors   a function that fails logs why, and what to do, unless its comment
 *          says that it does not log.
 */
#ifndef VF_VFIELD_IMAGE_MAKE_H
#define VF_VFIELD_IMAGE_MAKE_H

#include <stdint.h>
#include <sys/stat.h>

#include "lib/manifest.h"

#define IMAGE_SUFFIX ".vfm"

struct image_source {
	char *file; /* absolute, without symbolic links */
	int fd;
	struct stat st; /* status of the file when it was opened */
};

/* Opens an image's file for reading, and fills in s.  Returns 0, or -1. */
int image_source_open(const char *file, struct image_source *s);
void image_source_close(struct image_source *s);

/* Returns the path at which the manifest of s usually lies, for free().
 * Returns NULL, without logging, if there is no memory. */
char *image_make_beside(const struct image_source *s);
/* Makes a name for an image to which the user has given none, from its file's
 * name: leaves out the directory and the last suffix, and puts '_' in the place
 * of each character that an image's name cannot have.  Returns 0.  Returns -1,
 * without logging, if the name is too long, or has characters beyond ASCII:
 * with '_' in their places the names of two files could become equal. */
int image_make_name(const char *file, char name[MANIFEST_NAME_MAX + 1]);
/* Hashes the whole file.  Returns its manifest; NULL: the file cannot be read,
 * was written to meanwhile, or has too many chunks. */
struct manifest *image_make(const struct image_source *s, const char *name,
			    uint32_t chunk_size);
/* Writes m to path, with the stamp of s. Returns 0; 1 if the same manifest lies
 * there already, and stays; or -1 and errno, without logging. */
int image_make_save(const struct image_source *s, struct manifest *m,
		    const char *path);
/* Compares the whole file with m, which lies at path, and stamps the manifest.
 * Returns 0 if the file is what m describes, else -1. */
int image_make_compare(const struct image_source *s, const struct manifest *m,
		       const char *path);
/* Does what image_make_compare does, but compares only the first chunk, the
 * last, and some in between, and not the size.  Meant for a manifest without a
 * stamp, since comparing the whole file could take minutes.  If other chunks
 * are wrong, that is found when they are read; if somebody writes to the file
 * later, the stamp tells. */
int image_make_probe(const struct image_source *s, const struct manifest *m,
		     const char *path);

#endif
