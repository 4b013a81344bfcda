/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/nbd/nbd_pool.h"

#include <stdlib.h>

#define SLAB_OBJECTS 32

/* What begins a slab and a free object alike. */
struct link {
	struct link *next;
};

void
nbd_pool_init(struct nbd_pool *p, size_t size)
{
	*p = (struct nbd_pool){.size = (size + 15) & ~(size_t)15};
}

static int
grow(struct nbd_pool *p)
{
	struct link *slab = malloc(16 + SLAB_OBJECTS * p->size);

	if (slab == NULL)
		return -1;
	slab->next = p->slabs;
	p->slabs = slab;
	for (size_t i = 0; i < SLAB_OBJECTS; i++)
		nbd_pool_put(p, (char *)slab + 16 + i * p->size);
	return 0;
}

void *
nbd_pool_get(struct nbd_pool *p)
{
	struct link *l;

	if (p->free == NULL && grow(p) == -1)
		return NULL;
	l = p->free;
	p->free = l->next;
	return l;
}

void
nbd_pool_put(struct nbd_pool *p, void *object)
{
	struct link *l = object;

	l->next = p->free;
	p->free = l;
}

void
nbd_pool_free(struct nbd_pool *p)
{
	struct link *l = p->slabs;

	while (l != NULL) {
		struct link *next = l->next;

		free(l);
		l = next;
	}
	p->slabs = p->free = NULL;
}
