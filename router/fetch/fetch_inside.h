/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_inside: declares the structs and functions that fetch.c, fetch_ask.c,
 * fetch_answer.c and fetch_disk.c share; no other file includes it. */
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
/* slot of this node; an ask with this slot reads this node's disk */
#define SLOT_SELF 0
#define FETCH_IN_FLIGHT_BYTES (16U << 20)

struct routed;

enum fetch_state { FETCH_QUEUED, FETCH_ASKED, FETCH_STALLED };

struct fetch {
	/* in the list of the fetch's state; a queued fetch is in the list of
	 * its urgency */
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
	/* nodes are asked by the trees from now on, not by the line */
	bool by_tree;
	int64_t asked_ns, retry_ns;
	/* the pause from a stall until nodes are asked again */
	struct backoff backoff;
};

TAILQ_HEAD(list, fetch);

struct fetches {
	struct fetch_setup of;
	struct loop_timer tick;
	struct loop_timer trim; /* fires when images_trim is to be called */
	struct list queued[FETCH_URGENCIES];
	struct list asked, stalled;
	/* no fetch in the list `asked` was asked for earlier than this */
	int64_t oldest_ns;
	/* bytes that were asked for and have not come yet */
	uint64_t in_flight;
	struct pipe pipe; /* bounds the bytes on their way by LANE_ANY */
	uint32_t asks;
	/* how many open asks are for chunks that this node itself wants */
	uint32_t own;
	/* number of fetches of FETCH_FILL and FETCH_KEEP */
	uint32_t background;
	struct fetch_counts count;
	struct patience patience;
	/* used while fetch_hedge runs: the only peer that owes chunks for which
	 * no second node was asked; NULL: there are several such peers, or
	 * none */
	const struct peer *sole;
	struct whom whom;
	struct pool fetch_pool;
	struct pool routed_pool;
	/* hashes chunks in its thread; NULL: the router's thread hashes them at
	 * once */
	struct hasher *hasher;
};

/* An ask, with its fetch and how its node was chosen; ask.owner points to this
 * struct. */
struct routed {
	struct ask ask;
	/* the ask's fetch; NULL: nobody wants the answer any more */
	struct fetch *fetch;
	struct image *image;
	uint32_t chunk;
	uint32_t slot;
	enum route_how how;
	bool from_seed;
	bool own;
	/* the chunk is read from this node's disk, so its bytes are verified
	 * already */
	bool of_disk;
	/* the chunk has come, and is being written to this node's disk */
	bool writes;
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
/* Called when all nodes were asked for the chunk in vain.  Sets f->retry_ns,
 * the time before which no node is asked for the chunk again.  If somebody
 * waits for the chunk, ends the bans of all nodes. */
void fetch_pause(struct fetches *fs, struct fetch *f);
/* Ends and frees a fetch for whose chunk nobody waits any more.  Answers to its
 * open asks will be dropped. */
void fetch_release(struct fetches *fs, struct fetch *f);

bool fetch_was_tried(const struct fetch *f, uint32_t slot);
/* Makes an ask for the fetch's chunk, to the node that `to` names, with a
 * buffer.  Returns NULL on ENOMEM. */
struct routed *fetch_new_ask(struct fetches *fs, struct fetch *f,
			     struct route to);
void fetch_free_ask(struct fetches *fs, struct routed *q);
/* Notes that q, an ask of the fetch f, was sent.  If f has two open asks
 * already, the first of these is dropped. */
void fetch_count_ask(struct fetches *fs, struct fetch *f, struct routed *q);
/* Begins to read the chunk from this node's own disk.  Returns 0; or -1 if the
 * chunk is not on it, was asked of it before, or the disk takes no reads
 * now. */
int fetch_ask_disk(struct fetches *fs, struct fetch *f);
/* Begins to write the chunk that q has brought to the image's store, if
 * image_writes_wait; other asks of its fetch are dropped.  Returns 0, and
 * fetch_written is called in the end; or -1 if the chunk is not to be stored.
 */
int fetch_write(struct fetches *fs, struct routed *q);
/* Ends the fetch of q, whose chunk was written (kept), or could not be, gives
 * the chunk to those who wait, and frees q. */
void fetch_written(struct fetches *fs, struct routed *q, bool kept);
/* Returns true if the ask does not concern a peer any more: its chunk is read
 * from this node's disk, or written to it. */
static inline bool
fetch_at_disk(const struct routed *q)
{
	return q->of_disk || q->writes;
}
/* Cancels all reads and writes of disks. */
void fetch_leave_disks(struct fetches *fs);

/* Separates the ask q from its fetch, which goes on without it.  If an answer
 * to q still comes, it is dropped. */
void fetch_drop_ask(struct routed *q);

/* Sets the timers fetches.tick and fetches.trim, unless they are set. */
void fetch_tick_later(struct fetches *fs);
/* Adds `more` to the number of background fetches: 1 for a fetch that becomes
 * one, -1 for one that ends or becomes more urgent. */
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
