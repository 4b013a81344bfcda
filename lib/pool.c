/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/pool.h"

#include <stdlib.h>
#include <string.h>

/* objects in a slab; arbitrary: few allocations, and little memory unused */
#define SLAB_OBJECTS 32
#define ALIGNMENT 16 /* bytes: objects are aligned as malloc aligns */

void
pool_init(struct pool *p, size_t size)
{
	size_t aligned = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	*p = (struct pool){.size = aligned};
}

int
pool_grow(struct pool *p)
{
	struct pool_item *slab = malloc(ALIGNMENT + SLAB_OBJECTS * p->size);

	if (slab == NULL)
		return -1;
	slab->next = p->slabs;
	p->slabs = slab;
	for (size_t i = SLAB_OBJECTS; i-- > 0;)
		pool_put(p, (char *)slab + ALIGNMENT + i * p->size);
	return 0;
}

void *
pool_get_zeroed(struct pool *p)
{
	void *object = pool_get(p);

	return object != NULL ? memset(object, 0, p->size) : NULL;
}

void
pool_free(struct pool *p)
{
	struct pool_item *slab;

	while ((slab = p->slabs) != NULL) {
		p->slabs = slab->next;
		free(slab);
	}
	p->unused = NULL;
}
