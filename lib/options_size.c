/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/options.h"

#include <errno.h>
#include <string.h>

#include "lib/decimal.h"

int
options_parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	uint64_t whole, unit = 1, part = 0, scale = 1;
	const char *p = decimal_parse(text, &whole);

	if (p != NULL && *p == '.') {
		const char *fraction = p + 1;

		p = decimal_parse(fraction, &part);
		for (const char *q = fraction; p != NULL && q < p; q++)
			if (__builtin_mul_overflow(scale, 10, &scale))
				p = NULL;
	}
	if (p == NULL)
		goto invalid;
	if (*p != '\0') {
		const char *u = strchr(units, *p & ~0x20);

		if (u == NULL || *u == '\0' ||
		    (p[1] != '\0' && strcmp(p + 1, "iB") != 0))
			goto invalid;
		unit = UINT64_C(1) << 10 * (u - units + 1);
	} else if (scale != 1) {
		goto invalid;
	}
	if (__builtin_mul_overflow(whole, unit, bytes) ||
	    __builtin_add_overflow(
		*bytes, (uint64_t)((double)part / scale * unit), bytes))
		goto invalid;
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}
