/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/http_range.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/decimal.h"

int
http_range(const char *text, uint64_t size, uint64_t *first, uint64_t *length)
{
	uint64_t last = UINT64_MAX;
	bool suffix;
	const char *p;

	errno = EINVAL;
	if (strncmp(text, "bytes=", 6) != 0)
		return -1;
	p = text + 6;
	suffix = *p == '-';
	if (!suffix && (p = decimal_parse(p, first)) == NULL)
		return -1;
	if (*p++ != '-')
		return -1;
	if (suffix || *p != '\0')
		p = decimal_parse(p, &last);
	if (p == NULL || *p != '\0')
		return -1;
	if (suffix) {
		*first = last < size ? size - last : 0;
		last = last == 0 ? 0 : UINT64_MAX;
		errno = ERANGE;
		if (last == 0)
			return -1;
	} else if (last < *first) {
		return -1;
	}
	errno = ERANGE;
	if (*first >= size)
		return -1;
	*length = (last < size - 1 ? last : size - 1) - *first + 1;
	return 0;
}
