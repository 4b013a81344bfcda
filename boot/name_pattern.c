/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/name_pattern.h"

#include <stdio.h>
#include <string.h>

/* most bytes of a pattern, so that a name has room for the digits of a number
 */
#define PATTERN_MAX 50

static bool
letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

bool
host_name_ok(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= HOST_NAME_MAX_TEXT || name[0] == '-' ||
	    name[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!letter_or_digit(name[i]) && name[i] != '-')
			return false;
	return true;
}

bool
pattern_ok(const char *pattern)
{
	size_t before = strcspn(pattern, "#");
	char name[HOST_NAME_MAX_TEXT];
	const char *after = pattern + before;

	after += strspn(after, "#");
	if (strlen(pattern) > PATTERN_MAX || strchr(after, '#') != NULL)
		return false;
	pattern_name(pattern, 0, name);
	return host_name_ok(name);
}

void
pattern_name(const char *pattern, uint32_t number, char to[HOST_NAME_MAX_TEXT])
{
	size_t before = strcspn(pattern, "#");
	int width = strspn(pattern + before, "#");

	snprintf(to, HOST_NAME_MAX_TEXT, "%.*s%0*u%s", (int)before, pattern,
		 width, number, pattern + before + width);
}
