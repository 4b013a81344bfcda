/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_inside: the inside of fetch.c, fetch_ask.c, fetch_answer.c and
 * fetch_disk.c; nobody else includes it. */
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
#define SLOT_SELF 0 /* this node, among those that are asked */
#define FETCH_IN_FLIGHT_BYTES (16U << 20)

struct routed;

enum fetch_state { FETCH_QUEUED, FETCH_ASKED, FETCH_STALLED };

struct fetch {
	TAILQ_ENTRY(fetch) entry; /* state's list */
	struct image *image;
	uint32_t chunk;
	enum fetch_urgency urgency;
	enum fetch_state state;
	struct waits waiters;
	struct routed *asks[2];
	uint32_t tried[TRIED_MAX];
	unsigned ntried;
	unsigned failures;
	bool by_tree; /* see fetch_by_tree; or the line takes too long */
	int64_t asked_ns, retry_ns;
	/* the pause between a stall and the next round of asks */
	struct backoff backoff;
};

TAILQ_HEAD(list, fetch);

struct fetches {
	struct fetch_setup of;
	struct loop_timer tick;
	struct loop_timer trim; /* gives buffers back */
	struct list queued[FETCH_URGENCIES];
	struct list asked, stalled;
	uint64_t in_flight; /* bytes asked for */
	struct pipe pipe;   /* bytes asked for by LANE_ANY */
	uint32_t asks;
	uint32_t own;        /* asks for chunks that this node itself wants */
	uint32_t background; /* fetches for which nobody waits */
	struct fetch_counts count;
	struct patience patience;
	const struct peer *sole; /* owes all, while fetch_hedge looks */
	struct whom whom;
	struct pool fetch_pool;
	struct pool routed_pool;
	/* NULL: chunks are hashed at once, in the router's thread */
	struct hasher *hasher;
};

/* An ask, with whose it is and how it was routed; ask.owner points back. */
struct routed {
	struct ask ask;
	struct fetch *fetch; /* NULL: nobody wants the answer any more */
	struct image *image;
	uint32_t chunk;
	uint32_t slot;
	enum route_how how;
	bool from_seed;
	bool own;
	bool of_disk; /* asked of this node's disk; right if it came */
	bool hashed;  /* job.right is known */
	struct hash_job job;
};

/* The chunk is copied in the background: it is no reader's. */
bool fetch_is_background(enum fetch_urgency urgency);
/* Moves a fetch to the end of the list of that state. */
void fetch_move(struct fetches *fs, struct fetch *f, enum fetch_state state);
/* Queues a fetch again, before those that have not waited yet. */
void fetch_again(struct fetches *fs, struct fetch *f);
void fetch_stall(struct fetches *fs, struct fetch *f);
/* All nodes were asked in vain: nobody is again before f->retry_ns. */
void fetch_pause(struct fetches *fs, struct fetch *f);
/* Ends a fetch for which nobody waits any more.  Answers to it, should they
 * still come, are nobody's. */
void fetch_release(struct fetches *fs, struct fetch *f);

bool fetch_was_tried(const struct fetch *f, uint32_t slot);
/* An ask for the fetch's chunk, with a buffer; NULL: ENOMEM. */
struct routed *fetch_new_ask(struct fetches *fs, struct fetch *f,
			     struct route to);
void fetch_free_ask(struct fetches *fs, struct routed *q);
/* The ask is under way, and the fetch's. */
void fetch_count_ask(struct fetches *fs, struct fetch *f, struct routed *q);
/* Asks this node's own disk.  -1: the chunk does not lie there, or the disk
 * cannot be asked (again). */
int fetch_ask_disk(struct fetches *fs, struct fetch *f);
/* Ends what disks were asked for. */
void fetch_leave_disks(struct fetches *fs);

/* Lets a fetch go on without one of its asks, whose answer, should it still
 * come, is nobody's. */
void fetch_drop_ask(struct routed *q);

/* Sets the timers, if they are not set. */
void fetch_tick_later(struct fetches *fs);
/* Counts a background fetch (1), or its end (-1). */
void fetch_count_background(struct fetches *fs, int more);

/* The most urgent that may be asked for now, or NULL. */
struct fetch *fetch_next_queued(struct fetches *fs);
/* A second ask for chunks that a suspect peer owes, and for those that are
 * late while somebody waits for them. */
void fetch_hedge(struct fetches *fs, int64_t now_ns);

/* A job of the hasher is done; ctx is the fetches. */
void fetch_hashed(void *ctx, struct hash_job *j);

#endif
