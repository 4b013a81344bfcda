/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/kernel_word.h"

#include <stddef.h>
#include <string.h>

#include "lib/decimal.h"

#define BLANKS " \t\n"

int
kernel_value(const char *line, const char *name, char *value, size_t size)
{
	size_t n = strlen(name);
	int ret = -1;

	while (*(line += strspn(line, BLANKS)) != '\0') {
		size_t len = strcspn(line, BLANKS);

		if (len > n && line[n] == '=' && strncmp(line, name, n) == 0) {
			ret = len - n <= size ? 0 : -1;
			if (ret == 0)
				*(char *)mempcpy(value, line + n + 1,
						 len - n - 1) = '\0';
		}
		line += len;
	}
	return ret;
}

int
kernel_word(const char *line, bool *repair, uint64_t *job)
{
	char value[KERNEL_VALUE_MAX];
	char *number;

	if (kernel_value(line, "vfield.install", value, sizeof value) == -1)
		return -1;
	number = strchr(value, ':');
	if (number != NULL)
		*number++ = '\0';
	*repair = strcmp(value, "repair") == 0;
	if (!*repair && strcmp(value, "install") != 0)
		return -1;
	*job = 1;
	if (number == NULL)
		return 0;
	number = (char *)decimal_parse(number, job);
	return number != NULL && *number == '\0' && *job > 0 ? 0 : -1;
}
