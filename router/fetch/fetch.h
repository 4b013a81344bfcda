/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch: chunks on their way to this node.
 *
 * There is at most one fetch a chunk.  It is queued by its urgency, asked of
 * whom whom_ask names, and after a failure of the next; a chunk that
 * somebody waits for and that is late is asked for a second time, within the
 * budget of patience.h.  When nobody can be asked it is stalled until that
 * may have changed.  What arrives is verified, kept if there is room, and
 * handed to those who wait.
 */
#ifndef VF_ROUTER_FETCH_FETCH_H
#define VF_ROUTER_FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "router/image/buffers.h"
#include "router/peer/peer.h"
#include "router/fetch/waits.h"

/* What a peer waits for is not held back by the limit on what is asked for
 * at once: it is bounded by the peer's connections, and two nodes whose limits
 * were full of what each wants from the other would wait for ever. */
enum fetch_urgency {
	FETCH_PEER,
	FETCH_READ,
	FETCH_AHEAD,
	FETCH_FILL,
	FETCH_URGENCIES
};

struct router;
struct image;
struct fetch;
struct fetches;

struct fetches *fetches_new(struct router *r);
void fetches_free(struct fetches *fs);

/* Start a fetch, or make one that is queued more urgent.  It is not sent
 * before fetch_pump.  NULL: ENOMEM. */
struct fetch *fetch_want(struct image *im, uint32_t chunk,
			 enum fetch_urgency urgency);
/* Somebody who asked by a tree waits for it: it must not depend on the line,
 * whose order is another, or there may be a circle of those who wait. */
void fetch_by_tree(struct fetch *f);
/* When it is over w->fetch is NULL, the chunk is pinned in the store or
 * w->buffer holds a reference to it, and reads_arrived(w) is called.  One that
 * only reads is served before the chunk is stored. */
void fetch_wait(struct fetch *f, struct wait *w);
void fetch_unwait(struct wait *w);

/* Send what may be sent. */
void fetch_pump(struct router *r);
/* From peers_drain. */
void fetch_answered(struct router *r, struct ask *a, int error);
/* Before the router stops: what has arrived is looked at to the end. */
void fetch_finish(struct router *r);
/* The cluster has changed: stalled fetches try again. */
void fetch_retry(struct router *r);
void fetch_slot_gone(struct router *r, uint32_t slot);

/* Background fetches under way. */
uint32_t fetch_background(const struct router *r);
/* Chunks of im that are stalled: up to max into chunks; all are counted. */
uint32_t fetch_stalled(const struct router *r, const struct image *im,
		       uint32_t *chunks, uint32_t max);

#endif
