/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_make: the manifest of an image file, made and compared in one way for
 * all commands.
 *
 * An image that is given by a symbolic link is the file that the link points
 * at: its manifest lies beside that file, and the image is called after that
 * file.
 *
 * Errors  have been logged, with what to do.
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
	struct stat st; /* the file's, when it was opened */
};

/* Opens an image's file to be read. -1: there is none. */
int image_source_open(const char *file, struct image_source *s);
void image_source_close(struct image_source *s);

/* Where the manifest of s usually lies; malloc'ed.  NULL: no memory. */
char *image_make_beside(const struct image_source *s);
/* The name of an image that is not given another: its file's name without the
 * directory and the last suffix, with '_' for what no name can have.  -1: it is
 * longer than a name may be, or not in ASCII, so that two files would be called
 * the same. */
int image_make_name(const char *file, char name[MANIFEST_NAME_MAX + 1]);
/* Hashes all of it.  NULL: it cannot be read, or was written to meanwhile. */
struct manifest *image_make(const struct image_source *s, const char *name,
			    uint32_t chunk_size);
/* Writes a manifest to path, with the stamp of s.  1: the same manifest lies
 * there already, and stays.  -1: errno; not logged. */
int image_make_save(const struct image_source *s, struct manifest *m,
		    const char *path);
/* All of s is what m says, or -1.  path is where m is from. */
int image_make_compare(const struct image_source *s, const struct manifest *m,
		       const char *path);
/* The same of the first chunk, the last, and some between. */
int image_make_probe(const struct image_source *s, const struct manifest *m,
		     const char *path);

#endif
