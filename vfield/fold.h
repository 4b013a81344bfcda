/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fold: text that fits a terminal: lines that are too long go on in the next
 * one, indented, and what has no room below is counted.
 *
 * Units    columns; a byte of UTF-8 that goes on with a character is none.
 */
#ifndef VF_VFIELD_FOLD_H
#define VF_VFIELD_FOLD_H

#include <stdio.h>

/* Columns by which a line goes on: what stands before them is a title. */
#define FOLD_INDENT 9

/* Writes text to `to`, in lines of at most so many columns; broken at blanks
 * where there are any.  rows: lines at most, the last of which then says how
 * many there are more, and that q quits; 0: all.  end: what ends a line, before
 * its newline. */
void fold_write(FILE *to, const char *text, unsigned columns, unsigned rows,
		const char *end);

#endif
