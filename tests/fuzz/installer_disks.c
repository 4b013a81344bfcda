/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads a disk's layout, and a stamp, from arbitrary bytes.  The partitions of
 * a layout that is accepted must not overlap, and its script must have one line
 * for each.  A stamp that is accepted must be the same after it was written and
 * read again. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "installer/layout.h"
#include "installer/stamp.h"

#define DISK (UINT64_C(1) << 40)
#define OUT_BYTES 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_layout(struct layout *l)
{
	char out[OUT_BYTES] = "";
	uint64_t end = LAYOUT_ALIGN;
	size_t lines = 0;
	FILE *to;

	if (layout_place(l, DISK) == -1)
		return;
	for (size_t i = 0; i < l->n; i++) {
		assert(l->parts[i].start == end && l->parts[i].size > 0);
		end += l->parts[i].size;
	}
	assert(end < DISK);
	to = fmemopen(out, sizeof out, "w");
	if (to == NULL)
		return;
	layout_script(l, "", to);
	fclose(to);
	for (const char *p = out; *p != '\0'; p++)
		lines += *p == '\n';
	assert(lines == l->n + 2);
}

static void
check_stamp(const uint8_t *data, size_t size)
{
	char bytes[STAMP_BYTES] = "", again[STAMP_BYTES];
	struct stamp s, back;

	memcpy(bytes, data, size < sizeof bytes ? size : sizeof bytes);
	if (stamp_parse(bytes, &s) == -1)
		return;
	stamp_format(&s, again);
	assert(stamp_parse(again, &back) == 0);
	assert(memcmp(&s, &back, sizeof s) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[LAYOUT_WHY];
	struct layout l;

	if (layout_parse((const char *)data, size, &l, why) == 0)
		check_layout(&l);
	check_stamp(data, size);
	return 0;
}
