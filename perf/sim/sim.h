/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sim: a cluster of simulated nodes that run the router's own policy: route.c,
 * line.c, readahead.c, patience.c and fill.c are linked in.
 *
 * A node here does what router/ does around the policy: it keeps account of the
 * chunks in flight, opens connections, sends requests over them, finds out that
 * a peer is dead, and answers the requests of others as soon as it holds the
 * chunk (one worker for each connection, as nbdkit has in the thread model that
 * Debian's version needs).
 *
 * One table, `view`, has what all nodes know of each other, since all get the
 * same announcements.  A node that chooses a peer adds what only it knows to
 * the view for that moment (view.c).
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
#define BUCKETS 64 /* a power of two, as FETCH_BUCKETS must be */
#define FETCH_BUCKETS 256
#define NO_LANE UINT32_MAX

enum kind { HELD, WHOLE };

struct options {
	uint32_t readers, seeds, idle;
	uint32_t nchunks, chunk; /* chunk: bytes of a chunk */
	/* copies of each chunk on the nodes before the run begins */
	uint32_t copies;
	uint32_t budget; /* chunks that each store may hold; 0: no bound */
	double link;     /* bytes/s of payload */
	double slow,
	    /* part of the nodes, whose links are `slow` times slower */
	    slow_share;
	uint32_t racks; /* number of racks; 0: no racks */
	/* a rack's uplink, as a part of its nodes' links together */
	double trunk;
	double unfair; /* sigma of the logarithm of a connection's share */
	/* chunks: of the read-ahead window, of a client's open reads, in flight
	 * for the node itself */
	uint32_t window, depth, limit;
	/* connections of an edge of a tree: chunk c goes by number c % lanes */
	uint32_t lanes;
	/* connections to one holder, beside those of the lanes */
	uint32_t conns;
	int64_t rtt_ns, bloat_ns, news_ns, jitter_ns, stagger_ns, late_ns;
	uint32_t setup; /* round trips until a connection is up */
	uint32_t late_join, leave, hedge, shun, line;
	/* chunks that a boot profile is replayed ahead; 0: no profile */
	uint32_t profile;
	double think; /* factor for the pauses of the trace */
	double die_share;
	int64_t die_at_ns, die_span_ns, gone_ns, keep_ns;
	/* 1: connections of a node that dies are reset; 0: they fall silent */
	uint32_t die_reset;
	uint32_t direct, seed;
	uint64_t random;
};

enum where { ON_WAY, IN_QUEUE, WAITING, FLOWING, RETURNING, LOST };

struct request {
	/* first; flow.done is also the event of the request's arrival at the
	 * server, and of the answer's arrival at the client */
	struct flow flow;
	struct conn *conn;
	struct fetch *fetch; /* NULL: no fetch wants the answer any more */
	/* place in the connection's list `sent`, in order */
	TAILQ_ENTRY(request) sent;
	/* place in the queue of requests at the server */
	TAILQ_ENTRY(request) queued;
	/* place in the list of the requests that wait for a fetch of the
	 * server */
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
	/* NO_LANE: the connection is not for an edge of a tree */
	uint32_t lane;
	uint32_t outstanding;
	int64_t up_ns;
	/* the connection's share by TCP, until weight_until_ns */
	double weight;
	int64_t weight_until_ns;
	TAILQ_HEAD(, request) sent, queue;
	/* the request that the server's worker is at; NULL: none */
	struct request *current;
};

/* A node that another one, me, asks, as that one sees it. */
struct peer {
	struct event check; /* first; looks whether the node is dead */
	struct node *me, *to;
	struct peer *next; /* next in a bucket of me's hash table of peers */
	struct peer *next_known, *next_asker;
	struct conn *conns[2];
	uint32_t owed;
	uint32_t opinion; /* place of the node in me's opinions */
	int64_t owes_since_ns, heard_ns;
	struct latency rtt;
	bool suspect, down;
	uint32_t nflows;
};

/* A chunk on its way to a node. */
struct fetch {
	struct node *node;
	struct fetch *next; /* next in a bucket of the node's fetches */
	/* next of the fetches that find no node to ask */
	struct fetch *parked;
	TAILQ_ENTRY(fetch) asked;
	/* requests of other nodes that wait for the chunk */
	LIST_HEAD(, request) waiting;
	struct request *asks[2];
	uint32_t chunk;
	/* reads of the node's own client that wait for the chunk */
	uint32_t reads;
	bool own; /* the fetch counts as in flight for the node itself */
	bool is_asked;
	bool by_line; /* the first ask went by the line */
	/* the line may not be used: a node that asked by a tree waits for the
	 * chunk, or the line took too long */
	bool by_tree;
	uint32_t tried[TRIED_MAX], ntried;
	int64_t since_ns, asked_ns;
};

/* The knowledge of another node that only this one has: a small struct, since
 * all of a node's are put into the view whenever it chooses a peer. */
struct opinion {
	uint32_t of;
	bool bad;             /* the node is suspect or down */
	uint64_t outstanding; /* bytes asked for and not answered */
};

struct news {
	int64_t at_ns;
	uint32_t chunk;
	bool held;
};

struct node {
	struct event start; /* first, for node_start */
	struct event tick, death;
	uint32_t number;
	struct link up, down;
	struct rack *rack;
	/* chunks that the node holds, and that others know it to hold */
	struct bitmap *held, *said;
	/* chunks that are passing, in a store with a budget */
	struct lru *passing;
	/* changes of what it holds that others do not know yet: a ring */
	struct news *news;
	uint32_t news_first, nnews, news_room;
	TAILQ_HEAD(, fetch) asked_list;
	struct peer *known, *askers;
	struct opinion *opinions; /* an opinion for each peer in `known` */
	uint32_t nopinions, room_for_opinions;
	struct fetch *parked;
	struct route_trees *trees;
	/* `members' and `actives' (view.c) when the trees were built */
	uint32_t built_members, built_active;
	bool built_wide, leaving;
	struct bitmap *behind; /* nodes that this one takes to be behind */
	int64_t judged_ns;
	struct line line;
	/* `members' and `actives' when the line was built */
	uint32_t line_members, line_active;
	struct readahead ra;
	struct event think;
	/* places in a boot profile: to fetch next, and up to which all have
	 * come */
	uint32_t next, arrived;
	bool reading, has_thought;
	uint64_t random;
	/* chunks that the client asked for, and got; of a boot, asked counts
	 * reads */
	uint32_t asked, got;
	/* chunks for the client: those below fetched were asked for, those
	 * below ahead are to be */
	uint32_t fetched, ahead;
	uint32_t in_flight, nsuspects;
	int64_t began_ns, ended_ns, known_ns, active_until_ns;
	bool slow, present, dead, mourned;
	struct latency usual;
	struct patience patience;
	uint32_t conns_out, conns_in, conns_most;
	uint64_t sent; /* chunks that the node has sent */
	struct fetch *fetches[FETCH_BUCKETS];
	struct peer *peers[BUCKETS];
};

struct rack {
	struct link up, down;
};

struct totals {
	uint64_t requests, by_parent, by_holder, by_seed, refused, blocked;
	uint64_t hedged, evicted, again;
	/* time that requests waited for others before them on their connection,
	 * though the server held their chunk */
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

/* view.c: what nodes know of each other */
void view_make(void);
void view_add(struct node *n, bool present);
void view_begin(void); /* lets nodes hear the news of others from now on */
void view_held(struct node *n, uint32_t chunk, bool held);
/* others know of the change at once */
void view_said(struct node *n, uint32_t chunk, bool held);
void view_spread_copies(struct node *n);
struct route view_choose(struct fetch *f, bool late);

/* node.c: a node as a client */
void node_start(struct event *e);
void node_ended(struct node *n);
/* Lets a node fetch a chunk, unless the chunk is on its way already; reads: the
 * node's client waits for it.  False: the node holds the chunk. */
bool node_fetch(struct node *n, uint32_t chunk, bool reads);
struct fetch *node_want(struct node *n, uint32_t chunk, bool line);
void node_answer(struct event *e); /* the answer to a request arrives */
void node_retry_parked(struct node *n);
void node_ask(struct fetch *f, struct route r);
void node_failed(struct request *r);
/* node_leave_peer ends the connections to a peer, and asks other nodes for what
 * the peer owes; node_drop_peer also marks the peer as down. */
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

/* near.c: brings what an event is about into the cache */
void near_bring(const struct event *e, unsigned step);

/* memory.c: bytes in which a router keeps what it knows of all others */
uint64_t memory_of_view(uint32_t nnodes, uint32_t nchunks);

/* store.c: stores with a budget */
void store_begin(struct node *n);
void store_kept(struct node *n, uint32_t chunk);
void store_read(struct node *n, uint32_t chunk);
uint32_t store_window(const struct node *n);

#endif
