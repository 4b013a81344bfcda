/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/fold.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A row of the output: len bytes of the text from `from` on, after `indent`
 * blanks. */
struct row {
	const char *from;
	size_t len; /* bytes */
	unsigned indent;
};

/* Returns how many bytes of the text's first line fit into `columns` columns.
 */
static size_t
room_for(const char *text, unsigned columns)
{
	size_t n = 0;
	unsigned used = 0;

	for (; text[n] != '\0' && text[n] != '\n'; n++) {
		bool begins = ((unsigned char)text[n] & 0xc0) != 0x80;

		if (begins && used++ == columns)
			break;
	}
	return n;
}

/* Returns the index of the last blank in text[0..len]; blanks at the beginning
 * of text do not count.  0: there is none. */
static size_t
last_blank(const char *text, size_t len)
{
	size_t from = strspn(text, " ");

	while (len > from && text[len] != ' ')
		len--;
	return len > from ? len : 0;
}

/* Sets *r to the next row of *text, and moves *text behind that row.  The
 * caller sets *goes_on to whether this row continues a line; the function sets
 * it to whether the next row does.  Returns false if no text is left. */
static bool
next_row(const char **text, bool *goes_on, unsigned columns, struct row *r)
{
	size_t n, blank;

	if (**text == '\0')
		return false;
	r->indent = *goes_on && columns > 2 * FOLD_INDENT ? FOLD_INDENT : 0;
	r->from = *text;
	n = room_for(*text, columns - r->indent);
	*goes_on = (*text)[n] != '\n' && (*text)[n] != '\0';
	if (*goes_on) {
		blank = last_blank(*text, n);
		if (blank > 0)
			n = blank;
	}
	r->len = n;
	*text += n;
	if (*goes_on)
		*text += strspn(*text, " ");
	if (**text == '\n') {
		*goes_on = false;
		++*text;
	}
	return true;
}

static unsigned
count_rows(const char *text, unsigned columns)
{
	bool goes_on = false;
	struct row r;
	unsigned n = 0;

	while (next_row(&text, &goes_on, columns, &r))
		n++;
	return n;
}

void
fold_write(FILE *to, const char *text, unsigned columns, unsigned rows,
	   const char *end)
{
	unsigned all = count_rows(text, columns);
	bool cut = rows > 0 && all > rows, goes_on = false;
	struct row r;

	for (unsigned i = 0; next_row(&text, &goes_on, columns, &r); i++) {
		if (cut && i == rows - 1) {
			fprintf(to, "... and %u lines more; q quits%s\n",
				all - i, end);
			return;
		}
		fprintf(to, "%*s%.*s%s\n", (int)r.indent, "", (int)r.len,
			r.from, end);
	}
}
