/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* source_inside: finds and opens files of a source by their paths within it.
 *
 * A symbolic link in a source leads to a place in that source, as it would in a
 * system that runs from it.  A link that is absolute, or climbs by "..", does
 * not lead to files of this machine. */
#ifndef VF_MKIMAGE_SOURCE_INSIDE_H
#define VF_MKIMAGE_SOURCE_INSIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Returns the path on this machine, malloc'ed, of the file `name` in the source
 * whose root is the directory `root`.  Returns NULL if the source has no file
 * of that name and of this type (S_IFREG, S_IFDIR, ...). */
char *inside_path(const char *root, const char *name, unsigned type);
/* Returns whether the source has a file of that name, of any type. */
bool inside_exists(const char *root, const char *name);
/* Opens the regular file `name` of the source for reading.  Returns NULL if
 * there is no such file, or if it cannot be opened. */
FILE *inside_fopen(const char *root, const char *name);

#endif
