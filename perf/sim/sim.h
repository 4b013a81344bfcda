/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sim: simulates a cluster of nodes that run the router's own policy: all files
 * of router/policy/ are linked in.
 *
 * A simulated node does what router/ does around the policy: it keeps a list of
 * the chunks in flight, opens connections, sends requests over them, and finds
 * out that a peer is dead.  It answers a request of another node when it holds
 * the chunk.  Each connection has one worker, as nbdkit has in the thread model
 * that Debian's version needs.
 *
 * All nodes get the same announcements, so one table, `view`, has what they
 * know of each other.  When a node chooses a peer, it adds to the view, for
 * that moment, what only this node knows (view.c).
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
/* buckets of node.peers; BUCKETS and FETCH_BUCKETS must be powers of two */
#define BUCKETS 64
#define FETCH_BUCKETS 256
#define NO_LANE UINT32_MAX

enum kind { HELD, WHOLE };

struct options {
	uint32_t readers, seeds, idle;
	/* nchunks: chunks of the image; chunk: bytes of a chunk */
	uint32_t nchunks, chunk;
	/* how many nodes, seeds not counted, hold each chunk when the run
	 * begins */
	uint32_t copies;
	uint32_t budget; /* chunks that each store may hold; 0: no bound */
	double link;     /* rate of a node's link, bytes/s of payload */
	double slow,
	    /* share of the nodes, from 0 to 1, whose links are `slow` times
	     * slower */
	    slow_share;
	/* racks among which the nodes are divided; 0: no racks */
	uint32_t racks;
	/* rate of a rack's uplink, as a part of the sum of its nodes' links */
	double trunk;
	double unfair; /* standard deviation of ln of a connection's weight */
	/* `window`: chunks that the read-ahead window covers; `depth`: chunks
	 * that a client reads at once; `limit`: chunks that may be in flight
	 * for a node's own client */
	uint32_t window, depth, limit;
	/* connections from a node to its parent in a tree: chunk c comes on
	 * connection c % lanes */
	uint32_t lanes;
	/* the most connections of a node to one holder, not counting those to a
	 * parent */
	uint32_t conns;
	int64_t rtt_ns, bloat_ns, news_ns, jitter_ns, stagger_ns, late_ns;
	uint32_t setup; /* round trips until a connection is up */
	uint32_t late_join, leave, hedge, shun, line;
	/* the most chunks of a replayed boot profile that are in flight at
	 * once; 0: no profile */
	uint32_t profile;
	/* factor by which the pauses in the trace are multiplied */
	double think;
	double die_share;
	int64_t die_at_ns, die_span_ns, gone_ns, keep_ns;
	/* 1: connections of a node that dies are reset; 0: they fall silent */
	uint32_t die_reset;
	uint32_t direct, seed;
	uint64_t random;
};

enum where { ON_WAY, IN_QUEUE, WAITING, FLOWING, RETURNING, LOST };

struct request {
	/* must stay the first field; flow.done is set three times: for the
	 * arrival of the request, for the end of the flow, and for the arrival
	 * of the answer */
	struct flow flow;
	struct conn *conn;
	/* the fetch that wants the answer; NULL: none does any more */
	struct fetch *fetch;
	/* in conn.sent, the list of the connection's open requests, the oldest
	 * first */
	TAILQ_ENTRY(request) sent;
	/* in conn.queue, the list of requests that the server has not begun to
	 * answer */
	TAILQ_ENTRY(request) queued;
	/* in fetch.waiting of the server's fetch of the chunk */
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
	/* number of the connection's lane; NO_LANE: the connection is to a
	 * holder, not to a parent */
	uint32_t lane;
	uint32_t outstanding;
	int64_t up_ns;
	/* weight of the connection's flows until weight_until_ns */
	double weight;
	int64_t weight_until_ns;
	TAILQ_HEAD(, request) sent, queue;
	/* the request that the server's worker answers now; NULL: none */
	struct request *current;
};

/* The knowledge of node `me` about node `to`, which it asks for chunks. */
struct peer {
	/* must stay the first field; happens when `me` is to check whether `to`
	 * is dead */
	struct event check;
	struct node *me, *to;
	struct peer *next; /* next peer in the same bucket of me->peers */
	struct peer *next_known, *next_asker;
	struct conn *conns[2];
	uint32_t owed;
	uint32_t opinion; /* index of the opinion about `to` in me->opinions */
	int64_t owes_since_ns, heard_ns;
	struct latency rtt;
	bool suspect, down;
	uint32_t nflows;
};

/* A chunk on its way to a node. */
struct fetch {
	struct node *node;
	struct fetch *next; /* next fetch in the same bucket of node->fetches */
	/* next in node.parked, the list of fetches for which no node could be
	 * asked
	 */
	struct fetch *parked;
	TAILQ_ENTRY(fetch) asked;
	/* requests of other nodes that wait for the chunk */
	LIST_HEAD(, request) waiting;
	struct request *asks[2];
	uint32_t chunk;
	/* reads of the node's own client that wait for the chunk */
	uint32_t reads;
	bool own; /* the fetch is counted in node->in_flight */
	bool is_asked;
	/* the first request for the chunk was sent to the parent in the line */
	bool by_line;
	/* no request for the chunk may be sent by the line, since a node that
	 * asked by a tree waits for the chunk, or the line took too long */
	bool by_tree;
	uint32_t tried[TRIED_MAX], ntried;
	int64_t since_ns, asked_ns;
};

/* Knowledge about node `of` that only the node with this opinion has.  The
 * struct is small, since a node copies all its opinions into the view whenever
 * it chooses a peer. */
struct opinion {
	uint32_t of;
	bool bad; /* node `of` is suspect or down */
	/* bytes asked of node `of` and not answered yet */
	uint64_t outstanding;
};

struct news {
	int64_t at_ns;
	uint32_t chunk;
	bool held;
};

struct node {
	struct event start; /* must stay the first field: node_start casts it */
	struct event tick, death;
	uint32_t number;
	struct link up, down;
	struct rack *rack;
	/* held: chunks that the node holds; said: chunks that other nodes
	 * believe it to hold */
	struct bitmap *held, *said;
	/* chunks in a store with a budget that only pass: they are dropped
	 * first when the store is full */
	struct lru *passing;
	/* ring of those changes of `held` that are not yet in `said` */
	struct news *news;
	uint32_t news_first, nnews, news_room;
	TAILQ_HEAD(, fetch) asked_list;
	struct peer *known, *askers;
	/* an opinion for each peer in the list `known` */
	struct opinion *opinions;
	uint32_t nopinions, room_for_opinions;
	struct fetch *parked;
	struct route_trees *trees;
	/* values of `members` and `actives` (view.c) when the trees were built
	 */
	uint32_t built_members, built_active;
	bool built_wide, leaving;
	/* nodes that this node takes to be behind, by number */
	struct bitmap *behind;
	int64_t judged_ns;
	struct line line;
	/* values of `members` and `actives` when the line was built */
	uint32_t line_members, line_active;
	struct readahead ra;
	struct event think;
	/* indices into the boot profile: the chunk at `next` is fetched next,
	 * and all chunks before `arrived` have come */
	uint32_t next, arrived;
	bool reading, has_thought;
	uint64_t random;
	/* asked: how many chunks the client has asked for, or, if it boots, how
	 * many reads it has made; got: how many chunks it has got */
	uint32_t asked, got;
	/* chunks before `fetched` were asked for on behalf of the client; those
	 * from there to before `ahead` are asked for next */
	uint32_t fetched, ahead;
	uint32_t in_flight, nsuspects;
	int64_t began_ns, ended_ns, known_ns, active_until_ns;
	bool slow, present, dead, mourned;
	struct latency usual;
	struct patience patience;
	uint32_t conns_out, conns_in, conns_most;
	uint64_t sent; /* chunks that the node has sent to other nodes */
	struct fetch *fetches[FETCH_BUCKETS];
	struct peer *peers[BUCKETS];
};

struct rack {
	struct link up, down;
};

struct totals {
	uint64_t requests, by_parent, by_holder, by_seed, refused, blocked;
	uint64_t hedged, evicted, again;
	/* ns that requests waited behind others on the same connection although
	 * the server held their chunk */
	double blocked_ns;
	double fetch_ns;
};

extern struct options opt;
extern struct node *nodes;
extern uint32_t nnodes, running;
extern struct route_node *view;
extern struct totals totals;

void *must(void *p);
uint64_t any(void);    /* 64 random bits */
double fraction(void); /* a random number from 0 to 1 */

/* --- view.c: what nodes know of each other --- */
void view_make(void);
void view_add(struct node *n, bool present);
void view_begin(void); /* starts telling nodes what others hold */
void view_held(struct node *n, uint32_t chunk, bool held);
/* Makes all other nodes know at once whether node n holds the chunk. */
void view_said(struct node *n, uint32_t chunk, bool held);
void view_spread_copies(struct node *n);
struct route view_choose(struct fetch *f, bool late);

/* --- node.c: a node as a client --- */
void node_start(struct event *e);
void node_ended(struct node *n);
/* Makes node n fetch a chunk, unless that is on its way already.  reads: the
 * client of n waits for the chunk.  Returns false, and does nothing, if n holds
 * the chunk. */
bool node_fetch(struct node *n, uint32_t chunk, bool reads);
struct fetch *node_want(struct node *n, uint32_t chunk, bool line);
void node_answer(struct event *e); /* handles the arrival of an answer */
void node_retry_parked(struct node *n);
void node_ask(struct fetch *f, struct route r);
void node_failed(struct request *r);
/* node_leave_peer ends the connections to a peer, and asks other nodes for what
 * the peer owes; node_drop_peer also marks the peer as down. */
void node_drop_peer(struct peer *p);
void node_leave_peer(struct peer *p);

void node_forget_request(struct request *r);

/* boot.c: readers that read as a machine that boots does; all do if a trace was
 * loaded */
int boot_load(const char *path);
bool boot_is(void);
void boot_go_on(struct node *n);

/* --- serve.c: a node as a server --- */
void serve_arrive(struct event *e); /* handles the arrival of a request */
void serve_waiting(struct fetch *f);
void serve_done(struct event *e);
void serve_cancel(struct request *r);

/* --- late.c: finds peers that are dead and chunks that are late --- */
void late_begin(struct node *n);
void late_watch(struct peer *p);
void late_die(struct event *e);

/* near.c: brings the structs that an event will use into the processor's cache
 */
void near_bring(const struct event *e, unsigned step);

/* memory.c: returns how many bytes a router needs to keep what it knows about
 * nnodes nodes */
uint64_t memory_of_view(uint32_t nnodes, uint32_t nchunks);

/* --- store.c: stores with a budget --- */
void store_begin(struct node *n);
void store_kept(struct node *n, uint32_t chunk);
void store_read(struct node *n, uint32_t chunk);
uint32_t store_window(const struct node *n);

#endif
