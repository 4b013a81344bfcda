/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rng: makes the random numbers of a world, which depend only on its seed. */
#ifndef VF_PERF_WORLD_RNG_H
#define VF_PERF_WORLD_RNG_H

#include <stdint.h>

void rng_seed(uint64_t seed);
uint64_t rng_any(void);
/* Returns a random number from least to most, both included. */
int64_t rng_between(int64_t least, int64_t most);
/* Returns p, or ends the program if p is NULL because memory has run out. */
void *must(void *p);

#endif
