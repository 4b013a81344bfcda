/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as messages of rtnetlink.  Reading must come to an end
 * and stay within the bytes, and hold_heard must take each message without a
 * crash. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "initramfs/hold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the input, beyond which the sanitizer sees reads */
	uint8_t *copy = malloc(size + 1);
	struct lease l;
	struct hold h = {.index = 2, .name = "eth0"};
	struct rtnl_news n;
	size_t at = 0, took;

	if (copy == NULL)
		return 0;
	memcpy(copy + 1, data, size);
	if (lease_parse_address("10.77.0.5/24", &l) == 0)
		hold_lease(&h, &l);
	while ((took = rtnl_read(copy + 1 + at, size - at, &n)) > 0) {
		at += took;
		assert(at <= size);
		assert(strlen(n.name) < IF_NAMESIZE);
		assert(n.error >= 0);
		hold_heard(&h, &n);
		assert(strlen(h.name) < IF_NAMESIZE && h.naddresses == 1);
	}
	free(copy);
	return 0;
}
