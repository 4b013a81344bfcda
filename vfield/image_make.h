/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_make: makes the manifest of an image file, and compares an image file
 * with a manifest, in one way for all commands.
 *
 * If an image is named by a symbolic link, its file is the one that the link
 * points at: the manifest lies beside that file, and is named after it.
 *
 * Errors   a function that fails has logged why, with what to do, unless its
 *          comment says otherwise.
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
	struct stat st; /* as the file was when it was opened */
};

/* Opens an image's file for reading, and fills in s.  Returns 0, or -1. */
int image_source_open(const char *file, struct image_source *s);
void image_source_close(struct image_source *s);

/* Returns the path at which the manifest of s usually lies, for free().  NULL:
 * no memory; not logged. */
char *image_make_beside(const struct image_source *s);
/* Makes the name of an image to which the user has given none: its file's name
 * without the directory and the last suffix, and with '_' for each character
 * that a name cannot have.  Returns 0; -1, not logged: the name is too long, or
 * has characters beyond ASCII, for which '_' would make two files' names equal.
 */
int image_make_name(const char *file, char name[MANIFEST_NAME_MAX + 1]);
/* Hashes the whole file.  Returns its manifest; NULL: the file cannot be read,
 * was written to meanwhile, or has too many chunks. */
struct manifest *image_make(const struct image_source *s, const char *name,
			    uint32_t chunk_size);
/* Writes m to path, with the stamp of s.  Returns 0; 1: the same manifest lies
 * there already, and stays; -1 and errno: not logged. */
int image_make_save(const struct image_source *s, struct manifest *m,
		    const char *path);
/* Compares the whole file with m, which lies at path, and stamps the manifest.
 * Returns 0 if the file is what m describes, else -1. */
int image_make_compare(const struct image_source *s, const struct manifest *m,
		       const char *path);
/* Does what image_make_compare does, but compares only the first chunk, the
 * last, and some in between, and not the size.  Meant for a manifest without a
 * stamp, where a comparison of the whole file could take minutes: the stamp
 * tells from then on whether somebody has written to the file since.  Chunks
 * that are wrong all the same are found when they are read. */
int image_make_probe(const struct image_source *s, const struct manifest *m,
		     const char *path);

#endif
