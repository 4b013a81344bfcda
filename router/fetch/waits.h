/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* waits: the list of the waits for one chunk, and how the chunk is given to
 * them.
 *
 * A wait that only reads is served from the buffer, before the chunk is stored:
 * storing takes as long as hashing.  A wait of a CACHE request, which wants the
 * chunk in the store, is served after the chunk was stored.
 */
#ifndef VF_ROUTER_FETCH_WAITS_H
#define VF_ROUTER_FETCH_WAITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "router/image/buffers.h"

struct image;
struct fetch;

/* A wait of one read (the owner) for one chunk that is not here yet. */
struct wait {
	STAILQ_ENTRY(wait) of_owner; /* in the owner's list of its waits */
	LIST_ENTRY(wait) waiter;
	struct fetch *fetch; /* NULL once the fetch has ended */
	uint32_t chunk;
	bool reads; /* the read wants only bytes, stored or not */
	/* the chunk's bytes; NULL: it is pinned in the store */
	struct buffer *buffer;
	/* Called when the chunk has arrived. */
	void (*came)(struct wait *w);
	void *owner;
};

LIST_HEAD(waits, wait);

/* Moves all waits of `from` to `to`, whose old content is overwritten. */
void waits_take(struct waits *to, struct waits *from);
/* Gives the chunk to all waits of `to`, and calls the `came` of each.  kept:
 * the image in whose store the chunk is pinned for each wait; NULL: each wait
 * gets a reference to b instead.  `to` is emptied first, so a wait that `came`
 * adds to `to` waits anew. */
void waits_serve(struct waits *to, struct buffer *b, struct image *kept);
/* Gives the chunk, by a reference to b, to the waits that only read, and
 * removes them from `all`. */
void waits_serve_readers(struct waits *all, struct buffer *b);

#endif
