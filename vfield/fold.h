/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fold: breaks text into rows that fit a terminal: a line that is too long goes
 * on in the next row, indented; lines that find no room on the screen are
 * counted.
 *
 * Units    columns; the bytes of one UTF-8 character take one column together.
 */
#ifndef VF_VFIELD_FOLD_H
#define VF_VFIELD_FOLD_H

#include <stdio.h>

/* Columns by which a row that continues a line is indented: as wide as a title
 * ("store", "served", ...) at the beginning of a line, with its blanks. */
#define FOLD_INDENT 9

/* Writes text to `to`, in rows of at most `columns` columns, broken at blanks
 * where there are any.  At most `rows` rows are written, if that is not 0; if
 * text takes more, the last row says how many more there are, and that q quits.
 * `end` is written at the end of each row, before the newline. */
void fold_write(FILE *to, const char *text, unsigned columns, unsigned rows,
		const char *end);

#endif
