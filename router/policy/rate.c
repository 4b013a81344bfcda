/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/rate.h"

/* least length of a sample; arbitrary: several chunks on a fast link */
#define SAMPLE_NS 5000000LL

void
rate_add(struct rate *r, int64_t took_ns, uint64_t bytes)
{
	uint64_t sample;

	r->sample_ns += took_ns;
	r->sample_bytes += bytes;
	if (r->sample_ns < SAMPLE_NS)
		return;
	sample = r->sample_bytes * 1000000000ULL / (uint64_t)r->sample_ns;
	r->per_s = r->per_s == 0 ? sample : (r->per_s * 3 + sample) / 4;
	r->sample_ns = 0;
	r->sample_bytes = 0;
}
