/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as a header Range, for files of several sizes.  A range
 * that is accepted lies within the file, and has at least a byte. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "boot/http_range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t sizes[] = {0, 1, 1000, UINT64_C(1) << 40,
					 UINT64_MAX};
	/* a copy that the sanitizer bounds, so that overruns are seen */
	char *text = malloc(size + 1);
	uint64_t first, length;

	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		if (http_range(text, sizes[i], &first, &length) == -1) {
			assert(errno == EINVAL || errno == ERANGE);
			continue;
		}
		assert(length > 0 && first < sizes[i]);
		assert(length <= sizes[i] - first);
	}
	free(text);
	return 0;
}
