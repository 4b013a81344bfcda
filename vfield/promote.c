/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/promote.h"

static uint32_t
missing(const struct promote_facts *f)
{
	uint32_t cores = f->alone ? 0 : f->cores;

	return cores < PROMOTE_CORES ? PROMOTE_CORES - cores : 0;
}

static bool
fit(const struct promote_facts *f)
{
	return f->memory >= PROMOTE_MEMORY && f->age_ms >= PROMOTE_AGE_MS;
}

/* Returns true if no core node answers, but one may answer soon, since the last
 * one has been silent for less than PROMOTE_ALONE_MS. */
static bool
may_change(struct promote *p, const struct promote_facts *f, int64_t now_ms)
{
	if (!f->alone)
		p->alone_ms = 0;
	else if (p->alone_ms == 0)
		p->alone_ms = now_ms;
	return f->alone && now_ms - p->alone_ms < PROMOTE_ALONE_MS;
}

bool
promote_due(struct promote *p, const struct promote_facts *f, int64_t now_ms)
{
	int64_t wait_ms = PROMOTE_SETTLE_MS;
	uint32_t need = missing(f);

	if (may_change(p, f, now_ms) || need == 0 || !fit(f)) {
		p->since_ms = 0;
		return false;
	}
	if (p->since_ms == 0)
		p->since_ms = now_ms;
	if (f->before < need)
		wait_ms += (int64_t)f->before * PROMOTE_NEXT_MS;
	else
		wait_ms += (int64_t)(f->before - need + 1) * PROMOTE_RANK_MS;
	return now_ms - p->since_ms >= wait_ms;
}
