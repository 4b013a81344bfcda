/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* waits: the waits for a chunk, and how it is given to them.
 *
 * A wait that only reads is served from the buffer, before the chunk is stored:
 * storing takes as long as hashing.  A wait that wants it in the store (CACHE)
 * has to wait for that too.
 */
#ifndef VF_ROUTER_FETCH_WAITS_H
#define VF_ROUTER_FETCH_WAITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "router/image/buffers.h"

struct image;
struct fetch;

/* Somebody who waits for a chunk. */
struct wait {
	STAILQ_ENTRY(wait) of_owner; /* the owner's list */
	LIST_ENTRY(wait) waiter;
	struct fetch *fetch; /* NULL once it is over */
	uint32_t chunk;
	bool reads;            /* wants the data, stored or not */
	struct buffer *buffer; /* the chunk, if not pinned in the store */
	/* The chunk is there. */
	void (*came)(struct wait *w);
	void *owner;
};

LIST_HEAD(waits, wait);

/* Moves all to `to`, which is overwritten. */
void waits_take(struct waits *to, struct waits *from);
/* Gives the chunk to all, pinned in the store if it is kept there, else by the
 * buffer, and calls `came` of each.  That may add to the list: those wait anew.
 */
void waits_serve(struct waits *to, struct buffer *b, struct image *kept);
/* Gives the chunk, by the buffer, to those that only read. */
void waits_serve_readers(struct waits *all, struct buffer *b);

#endif
