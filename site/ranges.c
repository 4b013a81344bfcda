/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/ranges.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* most digits of a number, so that it fits into 32 bits */
#define DIGITS_MAX 9
/* How many names one text may produce, counting equal ones each time.
 * Arbitrary: a short text must not take seconds. */
#define YIELD_MAX (4 * NAME_SET_MAX)

static const char between[] = ", \t";

struct parser {
	ranges_group group;
	void *ctx;
	struct name_set *to;
	unsigned yielded;
	char *why;
};

/* A run of numbers: first, first + step, ... up to last. */
struct run {
	uint32_t first, last, step;
	int width; /* least number of digits, filled with zeros */
};

static int __attribute__((format(printf, 2, 3)))
wrong(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, RANGES_WHY, fmt, ap);
	va_end(ap);
	return -1;
}

static bool
letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool
made_of(const char *name, const char *others)
{
	size_t len = strlen(name);

	if (len == 0 || len >= NAME_MAX_BYTES || !letter_or_digit(name[0]) ||
	    !letter_or_digit(name[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!letter_or_digit(name[i]) &&
		    strchr(others, name[i]) == NULL)
			return false;
	return true;
}

bool
ranges_name_ok(const char *name)
{
	return made_of(name, "-");
}

bool
ranges_group_ok(const char *name)
{
	return made_of(name, "-_.");
}

static int
yield(struct parser *p, const char *name, size_t len)
{
	char text[NAME_MAX_BYTES];

	memcpy(text, name, len);
	text[len] = '\0';
	if (!ranges_name_ok(text))
		return wrong(p,
			     "%s: no name: letters, digits and '-', at most %d",
			     text, NAME_MAX_BYTES - 1);
	if (++p->yielded > YIELD_MAX)
		return wrong(p, "too many names");
	if (name_set_add(p->to, name, len) == 0)
		return 0;
	return errno == ENOSPC ? wrong(p, "more than %d names", NAME_SET_MAX)
			       : wrong(p, "%s", strerror(errno));
}

/* Reads a number at *at, and moves *at past it.  Returns how many digits it
 * has, or -1. */
static int
read_number(const char **at, uint32_t *number)
{
	int digits = strspn(*at, "0123456789");

	if (digits == 0 || digits > DIGITS_MAX)
		return -1;
	*number = 0;
	for (int i = 0; i < digits; i++)
		*number = 10 * *number + (*(*at)++ - '0');
	return digits;
}

/* Reads "01-40/2", "01-40" or "50" at *at, and moves *at past it.  Returns 0,
 * or -1 and writes p->why. */
static int
read_run(struct parser *p, const char **at, struct run *r)
{
	const char *begin = *at;
	int low = read_number(at, &r->first), high = low;

	r->last = r->first;
	r->step = 1;
	if (low != -1 && **at == '-') {
		++*at;
		high = read_number(at, &r->last);
	}
	if (high != -1 && **at == '/') {
		++*at;
		if (read_number(at, &r->step) == -1 || r->step == 0)
			return wrong(p, "[%.40s: a step is a number from 1 on",
				     begin);
	}
	if (low == -1 || high == -1)
		return wrong(p, "[%.40s: numbers are like [01-40,50]", begin);
	if (r->last < r->first)
		return wrong(p, "[%.40s: the range goes backwards", begin);
	if (*begin == '0' && high < low)
		return wrong(p, "[%.40s: the ends have other widths", begin);
	r->width = *begin == '0' ? low : 1;
	return 0;
}

static int expand(struct parser *p, const char *at, size_t len,
		  char name[NAME_MAX_BYTES]);

/* For each number of the run, appends it to the first `len` bytes of `name`,
 * and expands the rest of the pattern, after the bracket.  Returns 0, or -1 and
 * writes p->why. */
static int
expand_run(struct parser *p, const struct run *r, const char *rest, size_t len,
	   char name[NAME_MAX_BYTES])
{
	for (uint64_t n = r->first; n <= r->last; n += r->step) {
		int more = snprintf(name + len, NAME_MAX_BYTES - len, "%0*u",
				    r->width, (unsigned)n);

		if (len + more >= NAME_MAX_BYTES)
			return wrong(p, "%s...: a name has at most %d letters",
				     name, NAME_MAX_BYTES - 1);
		if (expand(p, rest, len + more, name) == -1)
			return -1;
	}
	return 0;
}

/* Expands the bracket whose first number is at `at`, and the rest of the
 * pattern after it.  `name` has the first `len` bytes of the names.  Returns 0,
 * or -1 and writes p->why. */
static int
expand_bracket(struct parser *p, const char *at, size_t len,
	       char name[NAME_MAX_BYTES])
{
	const char *close = strchr(at, ']');
	struct run r;

	if (close == NULL)
		return wrong(p, "[%.40s: ']' is missing", at);
	for (;;) {
		if (read_run(p, &at, &r) == -1 ||
		    expand_run(p, &r, close + 1, len, name) == -1)
			return -1;
		if (at == close)
			return 0;
		if (*at++ != ',')
			return wrong(p, "[%.40s: numbers are like [01-40,50]",
				     at - 1);
	}
}

/* Adds to p->to all names that the rest of a pattern, at `at`, stands for.
 * `name` has the first `len` bytes of the names.  Returns 0, or -1 and writes
 * p->why. */
static int
expand(struct parser *p, const char *at, size_t len, char name[NAME_MAX_BYTES])
{
	for (; *at != '\0' && *at != '['; at++) {
		if (len == NAME_MAX_BYTES - 1)
			return wrong(p,
				     "%.*s...: a name has at most %d letters",
				     (int)len, name, NAME_MAX_BYTES - 1);
		name[len++] = *at;
	}
	return *at == '[' ? expand_bracket(p, at + 1, len, name)
			  : yield(p, name, len);
}

static int
add_group(struct parser *p, const char *group)
{
	const struct name_set *names = NULL;

	p->why[0] = '\0';
	if (p->group != NULL)
		names = p->group(p->ctx, group, p->why);
	if (names == NULL)
		return p->why[0] != '\0'
			   ? -1
			   : wrong(p, "@%s: no such group", group);
	if (name_set_plus(p->to, names) == -1)
		return wrong(p, "@%s: %s", group,
			     errno == ENOSPC ? "too many names"
					     : strerror(errno));
	return 0;
}

static int
add_item(struct parser *p, const char *item)
{
	char name[NAME_MAX_BYTES];

	if (*item == '@')
		return add_group(p, item + 1);
	return expand(p, item, 0, name);
}

static int
drop_item(struct parser *p, const char *item)
{
	struct name_set *to = p->to, *dropped = name_set_new();
	int result;

	if (dropped == NULL)
		return wrong(p, "%s", strerror(errno));
	p->to = dropped;
	result = add_item(p, item);
	p->to = to;
	if (result == 0)
		name_set_minus(to, dropped);
	name_set_free(dropped);
	return result;
}

/* Returns the length of the item at `at`.  A separator or a '!' ends the item,
 * unless it is in brackets. */
static size_t
item_length(const char *at)
{
	bool inside = false;
	size_t n;

	for (n = 0; at[n] != '\0'; n++) {
		if (at[n] == '[' || at[n] == ']')
			inside = at[n] == '[';
		if (!inside && (strchr(between, at[n]) || at[n] == '!'))
			break;
	}
	return n;
}

static int
take_items(struct parser *p, char *at)
{
	bool first = true;

	for (at += strspn(at, between); *at != '\0';
	     at += strspn(at, between)) {
		bool drop = *at == '!';
		size_t len = item_length(at += drop);
		char end = at[len];
		int result;

		if (len == 0)
			return wrong(p, "!: a name is missing behind it");
		at[len] = '\0';
		if (drop && first && name_set_count(p->to) == 0 &&
		    add_group(p, "*") == -1)
			return -1;
		result = drop ? drop_item(p, at) : add_item(p, at);
		if (result == -1)
			return -1;
		at[len] = end;
		at += len;
		first = false;
	}
	return 0;
}

int
ranges_parse(const char *text, ranges_group group, void *ctx,
	     struct name_set *to, char why[RANGES_WHY])
{
	struct parser p = {.group = group, .ctx = ctx, .to = to, .why = why};
	char copy[RANGES_TEXT_MAX + 1];
	size_t len = strlen(text);

	if (len > RANGES_TEXT_MAX)
		return wrong(&p, "%.20s...: longer than %d bytes", text,
			     RANGES_TEXT_MAX);
	memcpy(copy, text, len + 1);
	return take_items(&p, copy);
}
