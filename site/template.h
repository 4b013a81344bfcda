/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* template: fills in texts in which @name@ stands for a value, and writes the
 * blocks of a file that several plugins share.
 *
 * A name has a-z, 0-9, '_', '-' and '.', and begins with a letter.  @@ stands
 * for one @; any other @ is itself.
 *
 * Pure. */
#ifndef VF_SITE_TEMPLATE_H
#define VF_SITE_TEMPLATE_H

#include <stddef.h>
#include <stdio.h>

#define TEMPLATE_NAME_MAX 64

/* Returns the value of a name; NULL: the name is not declared. */
typedef const char *template_value(const void *ctx, const char *name);

/* Writes the text to `to`, with the value in the place of each @name@.  Returns
 * 0; -1: a name is not declared; then *line is its line's number, and `name`
 * that name. */
int template_fill(const char *text, size_t len, template_value *value,
		  const void *ctx, FILE *to, unsigned *line,
		  char name[TEMPLATE_NAME_MAX + 1]);

/* Writes the text of a file to `to`, with `body` as the block that is marked
 * with `owner`.  The block replaces the one with that mark in the text; if
 * there is none, it is appended.  A mark without its other end is left out.  If
 * body is NULL the text has no such block. */
void template_block(const char *text, size_t len, const char *owner,
		    const char *body, size_t nbody, FILE *to);

#endif
