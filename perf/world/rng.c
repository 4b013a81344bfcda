/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/rng.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

void
rng_seed(uint64_t seed)
{
	state = seed;
}

/* Returns 64 random bits: splitmix64, by Sebastiano Vigna. */
uint64_t
rng_any(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int64_t
rng_between(int64_t least, int64_t most)
{
	return least + (int64_t)(rng_any() % (uint64_t)(most - least + 1));
}

void *
must(void *p)
{
	if (p == NULL) {
		perror("world");
		exit(1);
	}
	return p;
}
