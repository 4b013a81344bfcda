/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_pool: objects of one size, which once allocated are used again.
 *
 * Units    an object is at least a pointer long.
 * Threads  none.
 * Errors   NULL and ENOMEM.
 */
#ifndef VF_ROUTER_NBD_NBD_POOL_H
#define VF_ROUTER_NBD_NBD_POOL_H

#include <stddef.h>

struct nbd_pool {
	size_t size; /* bytes an object */
	void *free;  /* each begins with a pointer to the next */
	void *slabs;
};

/* For objects of `size` bytes; nothing is allocated yet. */
void nbd_pool_init(struct nbd_pool *p, size_t size);
/* Its bytes are anything. */
void *nbd_pool_get(struct nbd_pool *p);
void nbd_pool_put(struct nbd_pool *p, void *object);
/* All objects, those in use as well. */
void nbd_pool_free(struct nbd_pool *p);

#endif
