/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/backoff.h"

#define DOUBLED_MOST 62 /* 2^62 is the largest power of two in an int64_t */

int64_t
backoff_next(struct backoff *b, const struct backoff_range *range)
{
	unsigned doubled = b->tries;

	if (b->tries < DOUBLED_MOST + 2)
		b->tries++;
	if (range->at_once && doubled-- == 0)
		return 0;
	if (doubled > DOUBLED_MOST || range->least > range->most >> doubled)
		return range->most;
	return range->least << doubled;
}

void
backoff_reset(struct backoff *b)
{
	b->tries = 0;
}
