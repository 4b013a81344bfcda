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
#define SLOT_SELF 0 /* this node, where its own disk is asked */
#define FETCH_IN_FLIGHT_BYTES (16U << 20)

struct routed;

enum fetch_state { FETCH_QUEUED, FETCH_ASKED, FETCH_STALLED };

struct fetch {
	TAILQ_ENTRY(fetch) entry; /* in the list for its state and urgency */
	struct image *image;
	uint32_t chunk;
	enum fetch_urgency urgency;
	enum fetch_state state;
	struct waits waiters;
	struct routed *asks[2];
	uint32_t tried[TRIED_MAX];
	unsigned ntried;
	unsigned failures;
	bool by_tree; /* fetch_by_tree; or the line took too long */
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
	struct pipe pipe;   /* bounds what is on its way by LANE_ANY */
	uint32_t asks;
	uint32_t own;         /* asks for chunks that this node itself wants */
	uint32_t background;  /* fetches of FETCH_FILL and FETCH_KEEP */
	int64_t disk_warn_ns; /* when a lost chunk may be logged again */
	struct fetch_counts count;
	struct patience patience;
	/* the one peer that owes chunks, while fetch_hedge runs; NULL: several
	 * owe some, or none does */
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
	bool of_disk; /* this node's disk is asked: bytes come checked */
	bool hashed;  /* the hasher is done: job.right is valid */
	struct hash_job job;
};

/* True for FETCH_FILL and FETCH_KEEP: nobody reads the chunk. */
bool fetch_is_background(enum fetch_urgency urgency);
/* Sets the state of a fetch, and moves it to the end of that state's list. */
void fetch_move(struct fetches *fs, struct fetch *f, enum fetch_state state);
/* Queues a fetch again, before the others of its urgency. */
void fetch_again(struct fetches *fs, struct fetch *f);
/* Stalls a fetch for which no node can be asked; after a pause all may be asked
 * again. */
void fetch_stall(struct fetches *fs, struct fetch *f);
/* Sets f->retry_ns, since all nodes were asked in vain: none is asked again
 * before then.  Ends bans of nodes if somebody waits for the chunk. */
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
/* Notes that the ask q of the fetch f is under way.  If f has two already, the
 * first of them is dropped. */
void fetch_count_ask(struct fetches *fs, struct fetch *f, struct routed *q);
/* Asks this node's own disk for the chunk.  -1: the chunk does not lie there,
 * the disk was asked before, or it cannot be asked now. */
int fetch_ask_disk(struct fetches *fs, struct fetch *f);
/* Cancels all reads of disks. */
void fetch_leave_disks(struct fetches *fs);

/* Takes the ask q from its fetch, which goes on without it; an answer that
 * still comes is dropped. */
void fetch_drop_ask(struct routed *q);

/* Sets fetches.tick and fetches.trim, unless they are set. */
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
