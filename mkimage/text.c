/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/text.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/log.h"

char *
text_of(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		log_fatal("%s: %m", fmt);
	va_end(ap);
	return s;
}
