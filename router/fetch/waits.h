/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* waits: those who wait for a chunk, and how they get it.
 *
 * One that only reads is served from the buffer, before the chunk is stored:
 * storing takes as long as hashing.  One that wants it in the store (CACHE)
 * has to wait for that too.
 */
#ifndef VF_ROUTER_FETCH_WAITS_H
#define VF_ROUTER_FETCH_WAITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "router/image/buffers.h"

struct router;
struct image;
struct fetch;

/* Somebody who waits for a chunk. */
struct wait {
	struct wait *next; /* the waiter's own list */
	LIST_ENTRY(wait) waiter;
	struct fetch *fetch; /* NULL once it is over */
	uint32_t chunk;
	bool reads;            /* wants the data, stored or not */
	struct buffer *buffer; /* its data, if not pinned in the store */
	void *owner;
};

LIST_HEAD(waits, wait);

/* Moves them all to `to`, which is overwritten. */
void waits_take(struct waits *to, struct waits *from);
/* Gives all of them the chunk, pinned in the store if it is kept there, else
 * by the buffer, and calls reads_arrived for each.  That may add to the list:
 * those wait anew. */
void waits_serve(struct router *r, struct waits *to, struct buffer *b,
		 struct image *kept);
/* The same, by the buffer, of those that only read. */
void waits_serve_readers(struct router *r, struct waits *all, struct buffer *b);

#endif
