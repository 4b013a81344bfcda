/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch: brings chunks to this node.
 *
 * There is at most one fetch for each chunk.  A fetch is queued by its urgency.
 * Then the node that whom_ask names is asked for the chunk, and after a failure
 * the next node.  If somebody waits for a chunk that is late, a second node is
 * asked too, within the budget of patience.h.  A chunk on this node's own disk
 * is read from there first (disk.h).  A fetch for which no node can be asked is
 * stalled until that may have changed.  A chunk that arrives is verified, kept
 * if there is room, and handed to those who wait for it.
 */
#ifndef VF_ROUTER_FETCH_FETCH_H
#define VF_ROUTER_FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/fetch/waits.h"
#include "router/image/buffers.h"
#include "router/peer/peer.h"

/* For whom a chunk is fetched; the first is the most urgent.  The limit on
 * bytes in flight does not hold back FETCH_PEER: the peers' connections bound
 * such fetches, and two nodes at their limits that each wanted a chunk from the
 * other would wait for ever.  For FETCH_KEEP a node that holds the chunk is
 * asked: by a tree the chunk would be fetched by nodes that do not keep it. */
enum fetch_urgency {
	FETCH_PEER,
	FETCH_READ,
	FETCH_AHEAD,
	FETCH_FILL, /* copied in the background, by all nodes alike */
	FETCH_KEEP, /* copied in the background, by this node alone */
	FETCH_URGENCIES
};

struct cluster;
struct image;
struct images;
struct fetch;
struct fetches;

struct fetch_ops {
	/* Called when a chunk has arrived and was given to all that waited for
	 * it. */
	void (*came)(void *ctx, struct image *im, uint32_t chunk,
		     enum fetch_urgency urgency);
};

struct fetch_setup {
	struct loop *loop;
	struct images *images;
	struct peers *peers;
	struct cluster *cluster;
	bool direct; /* a seed is asked for every chunk */
	const struct fetch_ops *ops;
	void *ctx; /* first argument of the functions of ops */
};

struct fetch_counts {
	/* bytes that came from seeds, by trees, and from other holders */
	uint64_t seed, tree, holder;
	uint64_t disk; /* bytes from this node's disk */
	/* chunks that peers sent; fetches queued again after a failure; second
	 * asks; chunks fetched ahead; chunks fetched in the background */
	uint64_t fetched, refetched, hedged, prefetched, filled;
	uint64_t hash_failures;
};

/* Makes a struct fetches.  The pointers in *s must stay valid until
 * fetches_free. Returns NULL on ENOMEM. */
struct fetches *fetches_new(const struct fetch_setup *s);
void fetches_free(struct fetches *fs);
/* Allocate and free an image's table of fetches and its disk.
 * fetch_image_opened returns -1 and sets errno on failure. */
int fetch_image_opened(struct fetches *fs, struct image *im);
void fetch_image_closed(struct image *im);

/* Ends the fetches of an image that leaves (image_leave), except those that
 * somebody waits for.  Returns true if no fetch is left. */
bool fetch_image_leaves(struct fetches *fs, struct image *im);

/* Returns the chunk's fetch: starts one, or raises the urgency of the present
 * one. Nodes are asked for the chunk only at the next fetch_pump.  NULL:
 * ENOMEM. */
struct fetch *fetch_want(struct fetches *fs, struct image *im, uint32_t chunk,
			 enum fetch_urgency urgency);
/* Notes that a node which asked this one by a tree waits for the chunk: the
 * fetch must then not depend on the line alone.  The line's order differs from
 * the trees', so that nodes could wait for each other in a circle. */
void fetch_by_tree(struct fetches *fs, struct fetch *f);
/* Adds w to the waits of f.  When the chunk has arrived, w->fetch is set to
 * NULL, the chunk is pinned in the store or w->buffer holds a reference to its
 * bytes, and w->came is called.  If w->reads is true, w is served before the
 * chunk is stored. */
void fetch_wait(struct fetch *f, struct wait *w);
/* Takes w from its fetch again; w->came is not called. */
void fetch_unwait(struct wait *w);

/* Asks for the queued chunks, as far as the bounds on what is in flight
 * allow. */
void fetch_pump(struct fetches *fs);
/* Takes an ask that was answered, as peers_ops.answered gives it back. */
void fetch_answered(struct fetches *fs, struct ask *a, int error);
/* Completes the hashing of chunks that have arrived, cancels reads of disks,
 * and keeps the chunks whose keeping was put off.  To be called before the
 * router stops. */
void fetch_finish(struct fetches *fs);
/* Lets stalled fetches ask again soon, since the cluster has changed. */
void fetch_retry(struct fetches *fs);
/* Forgets that the node in the slot, which is gone, was asked for chunks. */
void fetch_slot_gone(struct fetches *fs, uint32_t slot);

/* Returns how many background fetches there are (FETCH_FILL, FETCH_KEEP). */
uint32_t fetch_background(const struct fetches *fs);
/* Returns how many fetches of im are stalled, background ones not counted, and
 * writes up to max of their chunks to `chunks`. */
uint32_t fetch_stalled(const struct fetches *fs, const struct image *im,
		       uint32_t *chunks, uint32_t max);
const struct fetch_counts *fetch_counts(const struct fetches *fs);

#endif
