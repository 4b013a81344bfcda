/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pool: objects of one size, which once allocated are used again.
 *
 * Objects come from slabs, which go back to the system with the pool alone:
 * memory stays at what the busiest moment needed, and a warm pool allocates
 * nothing.  The object that was given back last is used first.
 *
 * Units    an object is at least a pointer long, aligned to 16 bytes; its
 *          first bytes are the pool's own once it is given back.
 * Threads  no lock inside; whoever owns the pool serialises its use.
 * Errors   NULL and ENOMEM.
 */
#ifndef VF_LIB_POOL_H
#define VF_LIB_POOL_H

#include <stddef.h>

struct pool_item;

struct pool {
	size_t size; /* bytes an object */
	struct pool_item *unused, *slabs;
};

/* A pool of objects of `size` bytes; nothing is allocated yet. */
void pool_init(struct pool *p, size_t size);
/* An object whose bytes are anything. */
void *pool_get(struct pool *p);
/* An object whose bytes are zero. */
void *pool_get_zeroed(struct pool *p);
void pool_put(struct pool *p, void *object);
/* Frees all objects, those in use as well; the pool may be used again. */
void pool_free(struct pool *p);

#endif
