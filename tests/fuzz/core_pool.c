/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as the addresses of a pool of core nodes.  A pool that
 * is accepted has each address once, without a port. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vfield/core_pool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy that the sanitizer bounds, so that overruns are seen */
	char *text = malloc(size + 1);
	struct core_pool p;
	struct address own;

	memcpy(text, data, size);
	text[size] = '\0';
	if (core_pool_parse(text, &p) == 0) {
		assert(p.n > 0 && p.n <= CORE_POOL_MAX);
		for (size_t i = 0; i < p.n; i++) {
			assert(core_pool_has(&p, &p.at[i]) &&
			       p.at[i].port == 0);
			for (size_t j = 0; j < i; j++)
				assert(!address_equal(&p.at[i], &p.at[j]));
			assert(core_pool_own(&p, &p.at[i], &own));
		}
	} else {
		assert(errno == EINVAL || errno == E2BIG);
	}
	free(text);
	return 0;
}
