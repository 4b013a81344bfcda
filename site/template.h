/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* template: texts in which @name@ stands for a value, and blocks of a file that
 * several plugins share.
 *
 * A name has a-z, 0-9, '_', '-' and '.', and begins with a letter.  @@ stands
 * for one @; any other @ is itself.
 *
 * Pure.
 */
#ifndef VF_SITE_TEMPLATE_H
#define VF_SITE_TEMPLATE_H

#include <stddef.h>
#include <stdio.h>

#define TEMPLATE_NAME_MAX 64

/* Returns the value of a name; NULL: the name is not declared. */
typedef const char *template_value(const void *ctx, const char *name);

/* Writes the text to `to`, with its values.  Returns 0; -1: a name is not
 * declared: *line has its line, and name its name. */
int template_fill(const char *text, size_t len, template_value *value,
		  const void *ctx, FILE *to, unsigned *line,
		  char name[TEMPLATE_NAME_MAX + 1]);

/* Writes to `to` the text of a file, in which `body` stands as the block that
 * is marked with `owner`: in place of the block that the text has, or at its
 * end.  A mark that has no end is dropped. */
void template_block(const char *text, size_t len, const char *owner,
		    const char *body, size_t nbody, FILE *to);

#endif
