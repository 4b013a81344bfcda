/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pool: allocates structs of one kind, by the million.  A struct that is given
 * back keeps its bytes until it is taken again.
 */
#ifndef VF_PERF_SIM_POOL_H
#define VF_PERF_SIM_POOL_H

#include <stddef.h>

struct pool {
	size_t size;
	void **unused;
	size_t n, room;
};

/* returns a struct full of zeros; never NULL */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *thing);

#endif
