/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cache: brings bytes that will be needed soon into the processor's cache. */
#ifndef VF_PERF_SIM_CACHE_H
#define VF_PERF_SIM_CACHE_H

#include <stddef.h>

#define CACHE_LINE 64 /* bytes of a cache line */

/* Begins to bring the n bytes that start at p into the processor's cache. */
static inline void
cache_bring(const void *p, size_t n)
{
	const char *at = p;

	for (size_t i = 0; i < n; i += CACHE_LINE)
		__builtin_prefetch(at + i);
}

#endif
