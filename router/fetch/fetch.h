/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch: chunks on their way to this node.
 *
 * There is at most one fetch a chunk.  It is queued by its urgency, asked of
 * whom whom_ask names, and after a failure of the next; a chunk that
 * somebody waits for and that is late is asked for a second time, within the
 * budget of patience.h.  A chunk that lies on this node's own disk is read
 * there first (disk.h).  When nobody can be asked it is stalled until that
 * may have changed.  What arrives is verified, kept if there is room, and
 * handed to those who wait.
 */
#ifndef VF_ROUTER_FETCH_FETCH_H
#define VF_ROUTER_FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "router/fetch/waits.h"
#include "router/image/buffers.h"
#include "router/peer/peer.h"

/* A chunk that a peer waits for is not held back by the limit on bytes in
 * flight: it is bounded by the peer's connections, and two nodes whose limits
 * were full of chunks that each wants from the other would wait for ever.
 * A chunk that this node alone copies is asked of a node that holds it: by a
 * tree it would pass through stores that do not keep it. */
enum fetch_urgency {
	FETCH_PEER,
	FETCH_READ,
	FETCH_AHEAD,
	FETCH_FILL, /* copied in the background, as all nodes do */
	FETCH_KEEP, /* copied in the background, by this node alone */
	FETCH_URGENCIES
};

struct cluster;
struct image;
struct images;
struct fetch;
struct fetches;

struct fetch_ops {
	/* A chunk has come, and those who waited for it have it. */
	void (*came)(void *ctx, struct image *im, uint32_t chunk,
		     enum fetch_urgency urgency);
};

struct fetch_setup {
	struct loop *loop;
	struct images *images;
	struct peers *peers;
	struct cluster *cluster;
	bool direct; /* a seed is asked for everything */
	const struct fetch_ops *ops;
	void *ctx; /* handed to ops */
};

struct fetch_counts {
	uint64_t seed, tree, holder; /* bytes, by whom they came from */
	uint64_t disk;               /* bytes that came from this node's disk */
	uint64_t fetched, refetched, hedged, prefetched, filled; /* chunks */
	uint64_t hash_failures;
};

/* NULL: ENOMEM.  Keeps what it is given. */
struct fetches *fetches_new(const struct fetch_setup *s);
void fetches_free(struct fetches *fs);
/* Attaches an image's table of fetches, and takes it away.  -1: ENOMEM. */
int fetch_image_opened(struct fetches *fs, struct image *im);
void fetch_image_closed(struct image *im);

/* Fetches of an image that leaves end, but for those that somebody waits for.
 * True: none is left. */
bool fetch_image_leaves(struct fetches *fs, struct image *im);

/* Starts a fetch, or makes one that is queued more urgent.  It is not sent
 * before fetch_pump.  NULL: ENOMEM. */
struct fetch *fetch_want(struct fetches *fs, struct image *im, uint32_t chunk,
			 enum fetch_urgency urgency);
/* A node that asked by a tree waits for the chunk: it must not depend on the
 * line, whose order is another, or nodes may wait for each other in a circle.
 */
void fetch_by_tree(struct fetches *fs, struct fetch *f);
/* A fetch that is over leaves w->fetch NULL; the chunk is pinned in the store
 * or w->buffer holds a reference to it, and w->came is called.  A wait that
 * only reads is served before the chunk is stored. */
void fetch_wait(struct fetch *f, struct wait *w);
void fetch_unwait(struct wait *w);

/* Sends what may be sent. */
void fetch_pump(struct fetches *fs);
/* Takes an answer that peers_drain gives. */
void fetch_answered(struct fetches *fs, struct ask *a, int error);
/* Looks at all that has arrived to the end, before the router stops. */
void fetch_finish(struct fetches *fs);
/* The cluster has changed: stalled fetches try again. */
void fetch_retry(struct fetches *fs);
void fetch_slot_gone(struct fetches *fs, uint32_t slot);

/* Background fetches under way. */
uint32_t fetch_background(const struct fetches *fs);
/* Chunks of im that are stalled: up to max into chunks; all are counted. */
uint32_t fetch_stalled(const struct fetches *fs, const struct image *im,
		       uint32_t *chunks, uint32_t max);
const struct fetch_counts *fetch_counts(const struct fetches *fs);

#endif
