/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch: brings chunks to this node.
 *
 * There is at most one fetch for each chunk.  Fetches are queued by urgency.
 * When a fetch's turn comes, the node that whom_ask names is asked for the
 * chunk, and if that fails, another node.  If somebody waits for a chunk that
 * is late, a second node is asked too, within the budget of patience.h.  A
 * chunk on this node's own disk is read from there first (disk.h).  If no node
 * can be asked, the fetch is stalled, and tried again after a pause or when the
 * cluster has changed.  A chunk that arrives is verified, stored if there is
 * room, and given to all who wait for it.
 */
#ifndef VF_ROUTER_FETCH_FETCH_H
#define VF_ROUTER_FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/fetch/waiters.h"
#include "router/image/buffers.h"
#include "router/peer/peer.h"

/* For whom a chunk is fetched; the first is the most urgent.  Fetches of
 * FETCH_PEER do not wait for the limit on bytes in flight: otherwise two nodes
 * at their limits that each want a chunk from the other would wait for ever.
 * They are bounded by the peers' connections.  For FETCH_KEEP only nodes that
 * hold the chunk are asked: if it were asked for by the tree, nodes that do not
 * keep the chunk would fetch it too. */
enum fetch_urgency {
	FETCH_PEER,
	FETCH_READ,
	FETCH_AHEAD,
	FETCH_FILL, /* a chunk copied in the background, which all nodes copy */
	/* a chunk copied in the background, which only this node copies */
	FETCH_KEEP,
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
	bool direct; /* true: every chunk is asked for from a seed */
	const struct fetch_ops *ops;
	void *ctx; /* first argument of the functions of ops */
};

struct fetch_counts {
	/* bytes that came from seeds, from parents in the trees, and from other
	 * nodes that held the chunk */
	uint64_t seed, tree, holder;
	uint64_t disk; /* bytes from this node's disk */
	/* fetched: chunks that peers sent; refetched: fetches queued again
	 * after a failure; hedged: second asks; prefetched: chunks fetched
	 * ahead; filled: chunks fetched in the background */
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

/* Has a thread drop a chunk from the image's store (image_ops.drop). */
bool fetch_drop_on_disk(struct image *im, uint32_t chunk);

/* Ends the fetches of an image that leaves (image_leave), except those that
 * somebody waits for.  Returns true if no fetch is left. */
bool fetch_image_leaves(struct fetches *fs, struct image *im);

/* Returns the chunk's fetch.  Makes one if there is none; else raises the
 * urgency of the present one to `urgency`, if that is more.  Nodes are asked
 * for the chunk only at the next fetch_pump.  NULL: ENOMEM. */
struct fetch *fetch_want(struct fetches *fs, struct image *im, uint32_t chunk,
			 enum fetch_urgency urgency);
/* Notes that a node which asked this one by a tree waits for the chunk of f.
 * From then on f must not depend on the line alone: the line orders nodes
 * otherwise than the trees, so nodes could wait for each other in a circle. */
void fetch_by_tree(struct fetches *fs, struct fetch *f);
/* Adds w to the waits of f. When the chunk has arrived, w->fetch is set to NULL
 * and w->came is called.  Then either w->buffer is a reference to the chunk's
 * bytes, or w->buffer is NULL and the chunk is pinned in the store.  If
 * w->reads is true, w is served before the chunk is stored. */
void fetch_wait(struct fetch *f, struct wait *w);
/* Removes w from the waits of its fetch; w->came will not be called. */
void fetch_unwait(struct wait *w);

/* Asks for the queued chunks, as far as the bounds on what is in flight
 * allow. */
void fetch_pump(struct fetches *fs);
/* Takes back an ask that was answered.  Called by peers_ops.answered, with its
 * arguments. */
void fetch_answered(struct fetches *fs, struct ask *a, int error);
/* Must be called before the router stops: finishes hashing the chunks that have
 * arrived, cancels reads of disks, and stores the chunks that image_keep_soon
 * has not stored yet. */
void fetch_finish(struct fetches *fs);
/* Makes stalled fetches ask nodes again soon.  Called when the cluster has
 * changed. */
void fetch_retry(struct fetches *fs);
/* Forgets which chunks the node in the slot was asked for.  Called when the
 * node is gone, before another gets the slot. */
void fetch_slot_gone(struct fetches *fs, uint32_t slot);

/* Returns how many background fetches there are (FETCH_FILL, FETCH_KEEP). */
uint32_t fetch_background(const struct fetches *fs);
/* Returns how many fetches of im are stalled, and writes up to `max` of their
 * chunks to `chunks`.  Background fetches are left out. */
uint32_t fetch_stalled(const struct fetches *fs, const struct image *im,
		       uint32_t *chunks, uint32_t max);
const struct fetch_counts *fetch_counts(const struct fetches *fs);

#endif
