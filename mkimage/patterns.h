/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* patterns: keeps a list of the files of a source that stay out of its image.
 *
 * A pattern is a path from the source's root on, each part of which may have a
 * shell's wildcards: "etc/my*.bak".  A wildcard matches a leading dot, too, and
 * never a slash.  A pattern that matches a directory leaves out all that is in
 * the directory.  A pattern whose last part is "**" leaves out the files at any
 * depth below its directory, and keeps the directories.  A pattern that stands
 * after "... " may begin at any depth.
 *
 * Paths     relative to the source's root, without a leading slash.
 * Errors    running out of memory ends the program. */
#ifndef VF_MKIMAGE_PATTERNS_H
#define VF_MKIMAGE_PATTERNS_H

#include <stdbool.h>
#include <stdio.h>

struct patterns;

struct patterns *patterns_new(void);
void patterns_free(struct patterns *p);

/* Adds the pattern `text` to p, unless `text` is empty. */
void patterns_add(struct patterns *p, const char *text);
/* Adds a pattern that matches this path alone: its wildcards are escaped. */
void patterns_add_path(struct patterns *p, const char *path);
/* Adds the patterns in `from`, one on each line; "#" begins a comment.  Returns
 * 0, or -1 and sets errno. */
int patterns_read(struct patterns *p, FILE *from);

/* Returns whether a pattern matches path itself, not only a directory above it;
 * `directory` says whether `path` is a directory. */
bool patterns_match(const struct patterns *p, const char *path, bool directory);
/* Returns whether the patterns leave out every file that can be in the
 * directory or below it, whatever the file's name.  Directories may still come
 * into the image, empty. */
bool patterns_hide(const struct patterns *p, const char *directory);

/* Writes the patterns as a list for mksquashfs -wildcards -ef.  Leaves out
 * those that end with "**", which mksquashfs does not know. */
void patterns_write(const struct patterns *p, FILE *to);
/* Writes `path`, quoted for a shell, as a pattern that matches this path
 * alone. */
void patterns_quote(const char *path, FILE *to);
/* Writes path as a line of a list for mksquashfs -wildcards -ef, with "?" for
 * each character that means something special in such a list. */
void patterns_write_path(const char *path, FILE *to);

#endif
