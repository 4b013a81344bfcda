/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/pace.h"

/* A node whose chunks have not changed for so long is STILL.  Arbitrary:
 * several times the pause between two reads of a program that starts. */
#define STILL_NS 3000000000LL
/* A node that has been counted on for so long, without a change, fails.
 * Arbitrary: about the time that eight chunks of 128 KiB need at 1 Mbit/s. */
#define FAILS_NS 10000000000LL
/* A node that fails is counted on again, for a trial, after so long.
 * Arbitrary: trials (FAILS_NS) then take a seventh of the time. */
#define AGAIN_NS 60000000000LL

static uint64_t
sum_of(const struct bitmap *held)
{
	uint64_t sum = 0;

	for (uint32_t w = 0; held != NULL && w < bitmap_words(held); w++)
		sum = (sum ^ bitmap_word(held, w)) * 0x9e3779b97f4a7c15ULL;
	return sum;
}

enum pace_state
pace_look(struct pace *p, uint64_t key, const struct bitmap *held,
	  int64_t now_ns)
{
	uint64_t sum = sum_of(held);

	if (p->changed_ns == 0 || p->key != key || p->sum != sum)
		*p =
		    (struct pace){.key = key, .sum = sum, .changed_ns = now_ns};
	if (p->failed_ns != 0 && now_ns - p->failed_ns >= AGAIN_NS)
		p->failed_ns = p->due_ns = 0;
	if (p->failed_ns != 0)
		return PACE_FAILS;
	return now_ns - p->changed_ns > STILL_NS ? PACE_STILL : PACE_GAINS;
}

void
pace_count_on(struct pace *p, bool counted_on, int64_t now_ns)
{
	if (!counted_on)
		p->due_ns = 0;
	else if (p->due_ns == 0)
		p->due_ns = now_ns;
	else if (p->failed_ns == 0 && now_ns - p->due_ns >= FAILS_NS)
		p->failed_ns = now_ns;
}
