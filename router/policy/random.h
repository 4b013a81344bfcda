/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* random: makes random numbers, fast and reproducible, by which to choose among
 * equals; they must never be used for secrets.  The caller keeps the state,
 * which must not be 0. The generator is Marsaglia's xorshift64 (Journal of
 * Statistical Software 8, 2003). */
#ifndef VF_ROUTER_POLICY_RANDOM_H
#define VF_ROUTER_POLICY_RANDOM_H

#include <stdint.h>

static inline uint32_t
random_next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return x >> 32;
}

/* Returns a number from 0 to n-1. */
static inline uint32_t
random_below(uint64_t *state, uint32_t n)
{
	return (uint64_t)random_next(state) * n >> 32;
}

#endif
