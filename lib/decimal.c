/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/decimal.h"

#include <stddef.h>

const char *
decimal_parse(const char *p, uint64_t *v)
{
	const char *start = p;

	for (*v = 0; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, *p - '0', v))
			return NULL;
	return p == start ? NULL : p;
}
