/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_inside: the structs and functions that fetch.c, fetch_ask.c,
 * fetch_answer.c and fetch_disk.c share; no other file includes this header. */
#ifndef VF_ROUTER_FETCH_FETCH_INSIDE_H
#define VF_ROUTER_FETCH_FETCH_INSIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/backoff.h"
#include "lib/loop.h"
#include "lib/pool.h"
#include "router/fetch/fetch.h"
#include "router/fetch/hasher.h"
#include "router/fetch/whom.h"
#include "router/policy/patience.h"
#include "router/policy/pipe.h"
#include "router/policy/route.h"

#define TRIED_MAX 8
#define SLOT_SELF 0 /* slot of this node, in asks of its own disk */
#define FETCH_IN_FLIGHT_BYTES (16U << 20)

struct routed;

enum fetch_state { FETCH_QUEUED, FETCH_ASKED, FETCH_STALLED };

struct fetch {
	/* in the list for the fetch's state and urgency */
	TAILQ_ENTRY(fetch) entry;
	struct image *image;
	uint32_t chunk;
	enum fetch_urgency urgency;
	enum fetch_state state;
	struct waits waiters;
	struct routed *asks[2];
	uint32_t tried[TRIED_MAX];
	unsigned ntried;
	unsigned failures;
	bool by_tree; /* further asks go by the trees, not by the line */
	int64_t asked_ns, retry_ns;
	/* the pause between a stall and the next round of asks */
	struct backoff backoff;
};

TAILQ_HEAD(list, fetch);

struct fetches {
	struct fetch_setup of;
	struct loop_timer tick;
	struct loop_timer trim; /* calls images_trim */
	struct list queued[FETCH_URGENCIES];
	struct list asked, stalled;
	uint64_t in_flight; /* bytes asked for and not answered yet */
	struct pipe pipe;   /* bounds the bytes on their way by LANE_ANY */
	uint32_t asks;
	/* number of asks for chunks that this node itself wants */
	uint32_t own;
	/* number of fetches of FETCH_FILL and FETCH_KEEP */
	uint32_t background;
	struct fetch_counts count;
	struct patience patience;
	/* set while fetch_hedge runs: the peer that alone owes chunks for which
	 * no second node was asked; NULL: several peers do, or none does */
	const struct peer *sole;
	struct whom whom;
	struct pool fetch_pool;
	struct pool routed_pool;
	/* NULL: chunks are hashed at once, in the router's thread */
	struct hasher *hasher;
};

/* An ask, the fetch that it is for, and how its node was chosen; ask.owner
 * points to this struct. */
struct routed {
	struct ask ask;
	struct fetch *fetch; /* NULL: nobody wants the answer any more */
	struct image *image;
	uint32_t chunk;
	uint32_t slot;
	enum route_how how;
	bool from_seed;
	bool own;
	/* read from this node's disk, so the bytes are checked already */
	bool of_disk;
	bool hashed; /* the hasher has set job.right */
	struct hash_job job;
};

/* Returns true for FETCH_FILL and FETCH_KEEP: no reader waits for the chunk. */
bool fetch_is_background(enum fetch_urgency urgency);
/* Sets the state of a fetch, and moves it to the end of that state's list. */
void fetch_move(struct fetches *fs, struct fetch *f, enum fetch_state state);
/* Queues a fetch again, before the others of its urgency. */
void fetch_again(struct fetches *fs, struct fetch *f);
/* Stalls a fetch for which no node can be asked; after a pause all nodes may be
 * asked again. */
void fetch_stall(struct fetches *fs, struct fetch *f);
/* Sets f->retry_ns, since all nodes were asked in vain: no node is asked for
 * the chunk again before that time.  Ends bans of nodes if somebody waits for
 * the chunk. */
void fetch_pause(struct fetches *fs, struct fetch *f);
/* Ends and frees a fetch for which nobody waits any more.  Its open asks have
 * no fetch from then on: their answers are dropped. */
void fetch_release(struct fetches *fs, struct fetch *f);

bool fetch_was_tried(const struct fetch *f, uint32_t slot);
/* Makes an ask for the fetch's chunk, to the node of `to`, with a buffer; NULL:
 * ENOMEM. */
struct routed *fetch_new_ask(struct fetches *fs, struct fetch *f,
			     struct route to);
void fetch_free_ask(struct fetches *fs, struct routed *q);
/* Notes that the ask q of the fetch f is under way.  If f has two asks under
 * way already, the first of these is dropped. */
void fetch_count_ask(struct fetches *fs, struct fetch *f, struct routed *q);
/* Asks this node's own disk for the chunk.  Returns -1 if the chunk does not
 * lie there, the disk was asked for it before, or the disk cannot be asked
 * now. */
int fetch_ask_disk(struct fetches *fs, struct fetch *f);
/* Cancels all reads of disks. */
void fetch_leave_disks(struct fetches *fs);

/* Takes the ask q from its fetch, which goes on without it; an answer that
 * still comes is dropped. */
void fetch_drop_ask(struct routed *q);

/* Sets the timers fetches.tick and fetches.trim, unless they are set. */
void fetch_tick_later(struct fetches *fs);
/* Adds `more` to the number of background fetches: 1 when a fetch begins to be
 * one, -1 when it ends. */
void fetch_count_background(struct fetches *fs, int more);

/* Returns the most urgent queued fetch for which a node may be asked now, or
 * NULL. */
struct fetch *fetch_next_queued(struct fetches *fs);
/* Asks a second node for chunks that a suspect peer owes, and for late ones
 * that somebody waits for. */
void fetch_hedge(struct fetches *fs, int64_t now_ns);

/* Called when the hasher is done with a job; ctx is the struct fetches. */
void fetch_hashed(void *ctx, struct hash_job *j);

#endif
