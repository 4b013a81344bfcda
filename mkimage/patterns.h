/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* patterns: the files of a source that stay out of its image.
 *
 * A pattern is a shell pattern of each part of a path, from the source's root
 * on: "etc/my*.bak".  A wildcard matches a leading dot, too, and never a
 * slash.  A pattern that matches a directory means all that is in it; one that
 * ends with a part "**" means the files at any depth, while the directories
 * stay.  After "... " a pattern may begin at any depth.
 *
 * Paths     relative to the source's root, without a leading slash.
 * Errors    lack of memory ends the program.
 */
#ifndef VF_MKIMAGE_PATTERNS_H
#define VF_MKIMAGE_PATTERNS_H

#include <stdbool.h>
#include <stdio.h>

struct patterns;

struct patterns *patterns_new(void);
void patterns_free(struct patterns *p);

/* Adds a pattern; an empty one is passed over. */
void patterns_add(struct patterns *p, const char *text);
/* Adds a path as it is: no character of it is a wildcard. */
void patterns_add_path(struct patterns *p, const char *path);
/* Adds the patterns of a file, one a line; "#" begins a comment.  -1 with
 * errno. */
int patterns_read(struct patterns *p, FILE *from);

/* A pattern matches this path itself. */
bool patterns_match(const struct patterns *p, const char *path, bool directory);
/* Nothing of a directory comes into the image, whatever is in it, though the
 * directory itself may. */
bool patterns_hide(const struct patterns *p, const char *directory);

/* Writes the patterns for mksquashfs -wildcards -ef, but for those that end
 * with "**", which it does not know. */
void patterns_write(const struct patterns *p, FILE *to);
/* Writes a path as a pattern that means it alone, quoted for a shell. */
void patterns_quote(const char *path, FILE *to);
/* Writes a path as a pattern for mksquashfs; the characters that mean something
 * there become "?". */
void patterns_write_path(const char *path, FILE *to);

#endif
