/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* inside: files of a source, by their names in it.
 *
 * A symbolic link in a source means a place in that source, as it would for a
 * system that runs from it: one that is absolute, or climbs, does not lead to
 * files of this machine. */
#ifndef VF_MKIMAGE_INSIDE_H
#define VF_MKIMAGE_INSIDE_H

#include <stdint.h>
#include <stdio.h>

/* Where it really is, malloc'ed, from this machine's root on; what it is (of
 * S_IFMT) must be this.  NULL with errno; EINVAL: it is something else. */
char *inside_path(const char *root, const char *name, unsigned type);
/* Opens a regular file to be read.  NULL with errno. */
FILE *inside_fopen(const char *root, const char *name);

#endif
