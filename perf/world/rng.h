/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rng: all that is left to chance in a world, from its seed alone. */
#ifndef VF_PERF_WORLD_RNG_H
#define VF_PERF_WORLD_RNG_H

#include <stdint.h>

void rng_seed(uint64_t seed);
uint64_t rng_any(void);
/* A number from least to most. */
int64_t rng_between(int64_t least, int64_t most);
/* p, or the end of the program for want of memory. */
void *must(void *p);

#endif
