/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pool: things of one size, by the million.  What was given back is used anew
 * for the same kind of thing, and its memory stays as it is until then.
 */
#ifndef VF_PERF_SIM_POOL_H
#define VF_PERF_SIM_POOL_H

#include <stddef.h>

struct pool {
	size_t size;
	void **unused;
	size_t n, room;
};

void *pool_take(struct pool *p); /* zeros; never NULL */
void pool_give(struct pool *p, void *thing);

#endif
