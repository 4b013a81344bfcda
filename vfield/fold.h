/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fold: breaks text into rows that fit a terminal.  A line that is too long
 * goes on in the next row, indented.  Lines for which the screen has no room
 * are counted instead of printed.
 *
 * Units    columns; the bytes of one UTF-8 character take one column together.
 */
#ifndef VF_VFIELD_FOLD_H
#define VF_VFIELD_FOLD_H

#include <stdio.h>

/* Columns by which a row that continues a line is indented: the width of the
 * title at the beginning of a line ("store", "served", ...) with the blanks
 * after it. */
#define FOLD_INDENT 9

/* Writes text to `to`, in rows of at most `columns` columns, which are broken
 * at blanks if there are any.  If `rows` is not 0, writes at most `rows` rows;
 * if text takes more, the last row says how many are missing, and that q quits.
 * Writes `end` at the end of each row, before the newline. */
void fold_write(FILE *to, const char *text, unsigned columns, unsigned rows,
		const char *end);

#endif
