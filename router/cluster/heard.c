/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/heard.h"

#include "lib/bitmap.h"

/* bytes that are counted for a bitmap beside its words: what malloc needs */
#define BLOCK 64

static size_t
bytes_of(uint32_t nchunks)
{
	return BLOCK + nchunks / 8;
}

struct bitmap *
heard_new(struct heard *h, uint32_t nchunks)
{
	struct bitmap *bm;

	if (bytes_of(nchunks) > HEARD_BYTES - h->bytes)
		return NULL;
	bm = bitmap_new(nchunks);
	if (bm != NULL)
		h->bytes += bytes_of(nchunks);
	return bm;
}

void
heard_free(struct heard *h, struct bitmap *bm)
{
	if (bm == NULL)
		return;
	h->bytes -= bytes_of(bitmap_size(bm));
	bitmap_free(bm);
}
