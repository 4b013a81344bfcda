/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
site_error(struct site_errors *e, const char *file, unsigned line,
	   const char *fmt, ...)
{
	struct site_error *one = &e->v[e->n];
	va_list ap;

	if (e->n++ >= SITE_ERRORS_MAX)
		return;
	snprintf(one->file, sizeof one->file, "%s", file);
	one->line = line;
	va_start(ap, fmt);
	vsnprintf(one->text, sizeof one->text, fmt, ap);
	va_end(ap);
}

static int
by_place(const void *va, const void *vb)
{
	const struct site_error *a = va, *b = vb;
	int order = strcmp(a->file, b->file);

	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

void
site_errors_sort(struct site_errors *e)
{
	qsort(e->v, e->n < SITE_ERRORS_MAX ? e->n : SITE_ERRORS_MAX,
	      sizeof *e->v, by_place);
}
