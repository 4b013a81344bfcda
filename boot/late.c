/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/late.h"

#include <stdlib.h>
#include <string.h>

void
late_took(struct late *l, enum stage stage, uint32_t seconds)
{
	l->of[stage].took[l->of[stage].n++ % LATE_SAMPLES] = seconds;
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

uint32_t
late_median(const struct late *l, enum stage stage)
{
	uint32_t sorted[LATE_SAMPLES], n = l->of[stage].n;

	if (n < LATE_LEAST_SAMPLES)
		return LATE_NEVER;
	if (n > LATE_SAMPLES)
		n = LATE_SAMPLES;
	memcpy(sorted, l->of[stage].took, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_size);
	return sorted[n / 2];
}

uint32_t
late_limit(const struct late *l, enum stage stage)
{
	uint32_t median = late_median(l, stage);

	if (stage < STAGE_ROM || stage > STAGE_JOINED || median == LATE_NEVER)
		return LATE_NEVER;
	if (median < LATE_LEAST_S / LATE_TIMES)
		return LATE_LEAST_S;
	return median < LATE_NEVER / LATE_TIMES ? LATE_TIMES * median
						: LATE_NEVER;
}
