/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pool: allocates objects of one size, and uses them again once they are given
 * back.
 *
 * Objects are parts of slabs, which are freed only with the whole pool.  So a
 * pool keeps as much memory as it needed at its busiest moment, and allocates
 * nothing more until it needs more than that.  The object that was given back
 * last is used first.
 *
 * Units    an object is at least as long as a pointer, and aligned to 16 bytes.
 *          The pool overwrites its first bytes when it is given back.
 * Threads  no lock inside; whoever owns the pool serialises its use.
 * Errors   a function that fails returns NULL and sets errno to ENOMEM.
 */
#ifndef VF_LIB_POOL_H
#define VF_LIB_POOL_H

#include <stddef.h>

/* The first bytes of a slab, and of an object that is not in use. */
struct pool_item {
	struct pool_item *next;
};

struct pool {
	size_t size; /* bytes of an object, rounded up to its alignment */
	struct pool_item *unused, *slabs;
};

/* Begins a pool of objects of `size` bytes; allocates nothing yet. */
void pool_init(struct pool *p, size_t size);
/* Allocates a slab of unused objects.  Returns 0, or -1 and ENOMEM. */
int pool_grow(struct pool *p);
/* Returns an object whose bytes are zero. */
void *pool_get_zeroed(struct pool *p);
/* Frees all objects, those in use as well; the pool may be used again. */
void pool_free(struct pool *p);

/* Returns an object whose bytes are undefined. */
static inline void *
pool_get(struct pool *p)
{
	struct pool_item *object;

	if (p->unused == NULL && pool_grow(p) == -1)
		return NULL;
	object = p->unused;
	p->unused = object->next;
	return object;
}

static inline void
pool_put(struct pool *p, void *object)
{
	struct pool_item *item = object;

	item->next = p->unused;
	p->unused = item;
}

#endif
