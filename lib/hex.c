/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/hex.h"

#include <stdint.h>

char *
hex_write(const void *bytes, size_t n, char *to)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = bytes;

	for (size_t i = 0; i < n; i++) {
		*to++ = digits[b[i] >> 4];
		*to++ = digits[b[i] & 15];
	}
	*to = '\0';
	return to;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
hex_read(const char *digits, void *to, size_t n)
{
	uint8_t *b = to;

	for (size_t i = 0; i < n; i++) {
		int high = digit(digits[2 * i]);
		int low = high == -1 ? -1 : digit(digits[2 * i + 1]);

		if (low == -1)
			return false;
		b[i] = high << 4 | low;
	}
	return true;
}
