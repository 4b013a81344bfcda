/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/kernel_word.h"

#include <stddef.h>
#include <string.h>

#include "lib/decimal.h"

#define BLANKS " \t\n"
#define WORD "vfield.install="

static int
parse(const char *value, size_t len, bool *repair, uint64_t *job)
{
	const char *end = value + len;

	*repair = strncmp(value, "repair", 6) == 0;
	if (!*repair && strncmp(value, "install", 7) != 0)
		return -1;
	value += *repair ? 6 : 7;
	*job = 1;
	if (value == end)
		return 0;
	if (*value != ':' || value + 1 == end)
		return -1;
	return decimal_parse(value + 1, job) == end && *job > 0 ? 0 : -1;
}

int
kernel_word(const char *line, bool *repair, uint64_t *job)
{
	int ret = -1;

	while (*(line += strspn(line, BLANKS)) != '\0') {
		size_t len = strcspn(line, BLANKS), name = strlen(WORD);

		if (len > name && strncmp(line, WORD, name) == 0)
			ret = parse(line + name, len - name, repair, job);
		line += len;
	}
	return ret;
}
