/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Writes a set of names as text with ranges: names that differ only in their
 * last number are written as one. */
#include "site/ranges.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define DIGITS_MAX                                                             \
	9 /* as in ranges.c; a longer number is a part of the name             \
	   */

/* A name in pieces: the part before its last number, the number, the part after
 * it. */
struct pieces {
	const char *name, *after;
	/* lengths in bytes of the part before and of the number; digits 0:
	 * there is no number */
	int before, digits;
	uint32_t number;
};

static struct pieces
cut(const char *name)
{
	struct pieces c = {.name = name, .after = name + strlen(name)};
	const char *end = c.after;

	while (end > name && (end[-1] < '0' || end[-1] > '9'))
		end--;
	c.before = end - name;
	while (c.before > 0 && name[c.before - 1] >= '0' &&
	       name[c.before - 1] <= '9')
		c.before--;
	c.digits = end - name - c.before;
	if (c.digits == 0 || c.digits > DIGITS_MAX) {
		c.before = strlen(name);
		c.digits = 0;
		return c;
	}
	c.after = end;
	for (const char *d = name + c.before; d < end; d++)
		c.number = 10 * c.number + (*d - '0');
	return c;
}

/* Compares names for sorting, so that those which one bracket may hold stand
 * next to each other. */
static int
by_pieces(const void *va, const void *vb)
{
	const struct pieces *a = va, *b = vb;
	int least = a->before < b->before ? a->before : b->before;
	int order = memcmp(a->name, b->name, least);

	if (order == 0)
		order = a->before - b->before;
	if (order == 0)
		order = strcmp(a->after, b->after);
	if (order == 0)
		order = (a->digits > 0) - (b->digits > 0);
	if (order == 0)
		order = (a->number > b->number) - (a->number < b->number);
	return order != 0 ? order : a->digits - b->digits;
}

static bool
same_bracket(const struct pieces *a, const struct pieces *b)
{
	return a->digits > 0 && b->digits > 0 && a->before == b->before &&
	       memcmp(a->name, b->name, a->before) == 0 &&
	       strcmp(a->after, b->after) == 0;
}

/* Returns true if b's number is a's plus 1, in as many digits as a range from a
 * would give it. */
static bool
follows(const struct pieces *a, const struct pieces *b)
{
	char text[16];

	return b->number == a->number + 1 &&
	       snprintf(text, sizeof text, "%0*u", a->digits, b->number) ==
		   b->digits &&
	       (a->digits == b->digits || a->name[a->before] != '0');
}

/* Prints c[0], or, as one bracket, c[0] and those names after it which fit into
 * the same bracket.  Returns how many names it has printed. */
static size_t
print_bracket(FILE *to, const struct pieces *c, size_t n)
{
	size_t all = 1, last;

	while (all < n && same_bracket(c, &c[all]))
		all++;
	if (all == 1) {
		fputs(c->name, to);
		return 1;
	}
	fprintf(to, "%.*s", c->before, c->name);
	for (size_t i = 0; i < all; i = last + 1) {
		for (last = i;
		     last + 1 < all && follows(&c[last], &c[last + 1]);)
			last++;
		fprintf(to, "%c%.*s", i == 0 ? '[' : ',', c[i].digits,
			c[i].name + c[i].before);
		if (last > i)
			fprintf(to, "-%.*s", c[last].digits,
				c[last].name + c[last].before);
	}
	fprintf(to, "]%s", c->after);
	return all;
}

char *
ranges_text(const struct name_set *s)
{
	size_t n = name_set_count(s), len = 0;
	AUTO_FREE struct pieces *c = calloc(n + 1, sizeof *c);
	char *text = NULL;
	FILE *to = c != NULL ? open_memstream(&text, &len) : NULL;

	if (to == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		c[i] = cut(name_set_at(s, i));
	qsort(c, n, sizeof *c, by_pieces);
	for (size_t i = 0; i < n;) {
		if (i > 0)
			fputc(',', to);
		i += print_bracket(to, &c[i], n - i);
	}
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}
