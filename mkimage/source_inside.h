/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* source_inside: files of a source, by their names in it.
 *
 * A symbolic link in a source means a place in that source, as it would for a
 * system that runs from it: one that is absolute, or climbs, does not lead to
 * files of this machine. */
#ifndef VF_MKIMAGE_SOURCE_INSIDE_H
#define VF_MKIMAGE_SOURCE_INSIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The path of a file, malloc'ed, from this machine's root on.  NULL: it is not
 * there, or is not of this type (of S_IFMT). */
char *inside_path(const char *root, const char *name, unsigned type);
/* A file of any type is there. */
bool inside_exists(const char *root, const char *name);
/* Opens a regular file to be read.  NULL with errno. */
FILE *inside_fopen(const char *root, const char *name);

#endif
