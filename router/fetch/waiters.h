/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* waiters: keeps the list of all waits for one chunk, and gives the chunk to
 * them when it has arrived.
 *
 * A wait that only reads (wait.reads) is served from the buffer before the
 * chunk is stored, since storing takes as long as hashing.  A wait for a CACHE
 * request wants the chunk in the store, and so is served after the chunk was
 * stored.
 */
#ifndef VF_ROUTER_FETCH_WAITERS_H
#define VF_ROUTER_FETCH_WAITERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "router/image/buffers.h"

struct image;
struct fetch;

/* A claim of one read (`owner`) on one chunk that is not here yet. */
struct wait {
	STAILQ_ENTRY(wait) of_owner; /* in the owner's list of its waits */
	LIST_ENTRY(wait) waiter;
	struct fetch *fetch; /* the chunk's fetch; NULL once that has ended */
	uint32_t chunk;
	/* the read wants the bytes, whether or not they get stored */
	bool reads;
	/* the chunk's bytes, once `came` is called; NULL: the chunk is pinned
	 * in the store */
	struct buffer *buffer;
	/* Called when the chunk has arrived. */
	void (*came)(struct wait *w);
	void *owner;
};

LIST_HEAD(waits, wait);

/* Moves all waits of `from` to `to`; what `to` was before is overwritten. */
void waits_take(struct waits *to, struct waits *from);
/* Gives the chunk to all waits of `to`, and calls the `came` of each.  kept:
 * the image in whose store the chunk lies, and is pinned once for each wait;
 * NULL: each wait gets a reference to b instead.  `to` is emptied first: a wait
 * that is added to it from within `came` is not served by this call. */
void waits_serve(struct waits *to, struct buffer *b, struct image *kept);
/* Gives the chunk, by a reference to b, to the waits that only read, and
 * removes them from `all`. */
void waits_serve_readers(struct waits *all, struct buffer *b);

#endif
