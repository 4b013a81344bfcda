/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/sim/pool.h"

#include <stdlib.h>
#include <string.h>

#include "perf/sim/cache.h"
#include "perf/sim/sim.h"

/* bytes of a huge page; the kernel may use such pages for a block */
#define HUGE ((size_t)1 << 21)
#define BLOCK (16 * HUGE)

void
pool_give(struct pool *p, void *thing)
{
	if (p->n == p->room) {
		p->room = p->room > 0 ? 2 * p->room : 1024;
		p->unused =
		    must(reallocarray(p->unused, p->room, sizeof *p->unused));
	}
	p->unused[p->n++] = thing;
}

static void
add_block(struct pool *p)
{
	size_t each = (p->size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE, at;
	char *block = must(aligned_alloc(HUGE, BLOCK));

	for (at = BLOCK / each; at > 0; at--)
		pool_give(p, block + (at - 1) * each);
}

void *
pool_take(struct pool *p)
{
	void *thing;

	if (p->n == 0)
		add_block(p);
	thing = p->unused[--p->n];
	return memset(thing, 0, p->size);
}
