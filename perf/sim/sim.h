/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sim: a cluster of simulated nodes that run the router's own policy: route.c,
 * line.c, readahead.c, patience.c and fill.c are linked in.
 *
 * A node here does what router/ does around the policy: it keeps what is in
 * flight, opens connections, sends one request after another over each, finds
 * out that a peer is dead, and answers others' requests from what it holds or
 * once it has it (a worker a connection, as nbdkit has with the thread model
 * that Debian's needs).
 *
 * What is known of the others is one table for all, `view`, since the
 * announcements are the same for all; a node that asks puts in what only it
 * knows for as long as it asks (view.c).
 */
#ifndef VF_PERF_SIM_SIM_H
#define VF_PERF_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/bitmap.h"
#include "perf/sim/event.h"
#include "perf/sim/net.h"
#include "router/policy/line.h"
#include "router/policy/patience.h"
#include "router/policy/readahead.h"
#include "router/policy/lru.h"
#include "router/policy/route.h"

#define MS 1000000LL
#define TRIED_MAX 8
#define BUCKETS 64 /* a power of two, as is */
#define FETCH_BUCKETS 256
#define NO_LANE UINT32_MAX

enum kind { HELD, WHOLE };

struct options {
	uint32_t readers, seeds, idle;
	uint32_t nchunks, chunk; /* bytes */
	/* copies of each chunk that are spread before the run begins */
	uint32_t copies;
	uint32_t budget; /* chunks a store; 0: all */
	double link;     /* bytes/s of payload */
	double slow,
	    slow_share; /* share of nodes with links that much slower */
	uint32_t racks; /* 0: none */
	double trunk;   /* a rack's uplink, in links of its nodes */
	double unfair;  /* spread of what TCP gives a connection */
	uint32_t window, depth, limit; /* chunks: read-ahead; client's reads;
					* in flight for the node itself */
	uint32_t lanes; /* connections for a tree's edges are kept
			 * apart by chunk % lanes */
	/* connections to a holder, beside those of the lanes */
	uint32_t conns;
	int64_t rtt_ns, bloat_ns, news_ns, jitter_ns, stagger_ns, late_ns;
	uint32_t setup; /* round trips until a connection is up */
	uint32_t late_join, leave, hedge, shun, line;
	uint32_t profile; /* chunks ahead by a boot profile; 0: none */
	double think;     /* factor on the pauses of the trace */
	double die_share;
	int64_t die_at_ns, die_span_ns, gone_ns, keep_ns;
	uint32_t die_reset; /* 1: connections are reset, not silent */
	uint32_t direct, seed;
	uint64_t random;
};

enum where { ON_WAY, IN_QUEUE, WAITING, FLOWING, RETURNING, LOST };

struct request {
	struct flow flow; /* first; its event is also that it arrives there,
			   * or its answer here */
	struct conn *conn;
	struct fetch *fetch;         /* NULL: nobody wants it any more */
	TAILQ_ENTRY(request) sent;   /* the list of its connection, in order */
	TAILQ_ENTRY(request) queued; /* requests that wait at the server */
	/* requests that wait at the server for one chunk */
	LIST_ENTRY(request) waits;
	enum where where;
	uint32_t chunk;
	int64_t sent_ns, arrived_ns;
	bool failed;
};

struct conn {
	struct peer *peer;
	struct conn *next;
	enum kind kind;
	uint32_t lane; /* NO_LANE: not an edge of a tree */
	uint32_t outstanding;
	int64_t up_ns;
	double weight; /* the share that TCP gives it for now */
	int64_t weight_until_ns;
	TAILQ_HEAD(, request) sent, queue;
	struct request *current; /* the server's worker is at it */
};

/* A node that another asks, as the asker sees it. */
struct peer {
	struct event check; /* first; is it dead? */
	struct node *me, *to;
	struct peer *next; /* the next in the hash's bucket */
	struct peer *next_known, *next_asker;
	struct conn *conns[2];
	uint32_t owed;
	uint32_t opinion; /* number of the asker's opinion */
	int64_t owes_since_ns, heard_ns;
	struct latency rtt;
	bool suspect, down;
	uint32_t nflows;
};

/* A chunk on its way to a node. */
struct fetch {
	struct node *node;
	struct fetch *next;   /* in a bucket */
	struct fetch *parked; /* nobody to ask */
	TAILQ_ENTRY(fetch) asked;
	LIST_HEAD(, request) waiting; /* others' requests */
	struct request *asks[2];
	uint32_t chunk;
	uint32_t reads; /* reads by the node's own client */
	bool own;       /* counts as in flight for the node itself */
	bool is_asked;
	bool by_line; /* the first ask was by the line */
	bool by_tree; /* an asker by a tree waits for it, or the line
		       * takes too long */
	uint32_t tried[TRIED_MAX], ntried;
	int64_t since_ns, asked_ns;
};

/* Knowledge of another node that only this one has: close together, since it is
 * put into the view for each chunk. */
struct opinion {
	uint32_t of;
	bool bad;             /* suspect or down */
	uint64_t outstanding; /* bytes */
};

struct news {
	int64_t at_ns;
	uint32_t chunk;
	bool held;
};

struct node {
	struct event start; /* first */
	struct event tick, death;
	uint32_t number;
	struct link up, down;
	struct rack *rack;
	struct bitmap *held, *said; /* holds; is known to hold */
	/* chunks that only pass, where the store has a budget */
	struct lru *passing;
	struct news *news; /* news not said yet, a ring */
	uint32_t news_first, nnews, news_room;
	TAILQ_HEAD(, fetch) asked_list;
	struct peer *known, *askers;
	struct opinion *opinions; /* an opinion for each known node */
	uint32_t nopinions, room_for_opinions;
	struct fetch *parked;
	struct route_trees *trees;
	/* `members' and `actives' (view.c) when the trees were built */
	uint32_t built_members, built_active;
	bool built_wide, leaving;
	struct bitmap *behind; /* nodes that it takes for that */
	int64_t judged_ns;
	struct line line;
	/* `members' and `actives' when the line was built */
	uint32_t line_members, line_active;
	struct readahead ra;
	struct event think;
	uint32_t next, arrived; /* places in a boot profile */
	bool reading, has_thought;
	uint64_t random;
	uint32_t asked, got;     /* chunks of the client; of a boot, reads */
	uint32_t fetched, ahead; /* own chunks: asked for; to be */
	uint32_t in_flight, nsuspects;
	int64_t began_ns, ended_ns, known_ns, active_until_ns;
	bool slow, present, dead, mourned;
	struct latency usual;
	struct patience patience;
	uint32_t conns_out, conns_in, conns_most;
	uint64_t sent; /* chunks */
	struct fetch *fetches[FETCH_BUCKETS];
	struct peer *peers[BUCKETS];
};

struct rack {
	struct link up, down;
};

struct totals {
	uint64_t requests, by_parent, by_holder, by_seed, refused, blocked;
	uint64_t hedged, evicted, again;
	double blocked_ns; /* a request that could be answered, but for others
			    * before it on its connection */
	double fetch_ns;
};

extern struct options opt;
extern struct node *nodes;
extern uint32_t nnodes, running;
extern struct route_node *view;
extern struct totals totals;

void *must(void *p);
uint64_t any(void);    /* random bits */
double fraction(void); /* 0 to 1 */

/* view.c: what nodes know of each other */
void view_make(void);
void view_add(struct node *n, bool present);
void view_begin(void); /* news spread from now on */
void view_held(struct node *n, uint32_t chunk, bool held);
void view_said(struct node *n, uint32_t chunk, bool held); /* at once */
void view_spread_copies(struct node *n);
struct route view_choose(struct fetch *f, bool late);

/* node.c: a node as a client */
void node_start(struct event *e);
void node_ended(struct node *n);
/* Has a node fetch a chunk, unless that is on its way; reads: its client waits.
 * False: it has the chunk. */
bool node_fetch(struct node *n, uint32_t chunk, bool reads);
struct fetch *node_want(struct node *n, uint32_t chunk, bool line);
void node_answer(struct event *e); /* a request's answer arrives */
void node_retry_parked(struct node *n);
void node_ask(struct fetch *f, struct route r);
void node_failed(struct request *r);
/* Ends a node's connections: what it owes has failed. */
void node_drop_peer(struct peer *p);
void node_leave_peer(struct peer *p);

void node_forget_request(struct request *r);

/* boot.c: readers that boot, if a trace was loaded */
int boot_load(const char *path);
bool boot_is(void);
void boot_go_on(struct node *n);

/* serve.c: a node as a server */
void serve_arrive(struct event *e); /* a request arrives */
void serve_waiting(struct fetch *f);
void serve_done(struct event *e);
void serve_cancel(struct request *r);

/* late.c: peers that are dead, chunks that are late */
void late_begin(struct node *n);
void late_watch(struct peer *p);
void late_die(struct event *e);

/* near.c: what an event is about, brought near */
void near_bring(const struct event *e, unsigned step);

/* memory.c: bytes that a router keeps for what it knows of others */
uint64_t memory_of_view(uint32_t nnodes, uint32_t nchunks);

/* store.c: budgets */
void store_begin(struct node *n);
void store_kept(struct node *n, uint32_t chunk);
void store_read(struct node *n, uint32_t chunk);
uint32_t store_window(const struct node *n);

#endif
