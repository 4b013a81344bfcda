/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/log.h"

void
args_add(struct args *a, const char *fmt, ...)
{
	va_list ap;

	if (a->n + 1 == SUPERVISE_ARGS_MAX)
		log_fatal("too many arguments");
	va_start(ap, fmt);
	if (vasprintf(&a->v[a->n], fmt, ap) == -1)
		log_fatal("%s: %m", fmt);
	va_end(ap);
	a->n++;
}

void
args_pair(struct args *a, const char *option, const char *value)
{
	args_add(a, "%s", option);
	args_add(a, "%s", value);
}

void
args_clear(struct args *a)
{
	while (a->n > 0) {
		free(a->v[--a->n]);
		a->v[a->n] = NULL;
	}
}
