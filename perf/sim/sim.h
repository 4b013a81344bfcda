/* sim: a cluster of simulated nodes that run the router's own policy.
 *
 * A node here does what router/ does around the policy: it keeps what is in
 * flight, opens connections, sends one request after another over each, and
 * answers others' requests from what it holds or once it has it (a worker a
 * connection, as nbdkit has with the thread model that Debian's needs).
 */
#ifndef VF_PERF_SIM_SIM_H
#define VF_PERF_SIM_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bitmap.h"
#include "perf/sim/event.h"
#include "perf/sim/net.h"
#include "router/readahead.h"
#include "router/route.h"

#define TRIED_MAX 8
#define BUCKETS 256 /* a power of two */
#define NO_LANE UINT32_MAX

enum kind { HELD, WHOLE };

struct options {
	uint32_t readers, seeds, idle;
	uint32_t nchunks, chunk; /* bytes */
	uint32_t copies;         /* of each chunk, spread before it begins */
	double link;             /* bytes/s of payload */
	double slow,
	    slow_share;         /* share of nodes with links that much slower */
	uint32_t window, depth; /* chunks: read-ahead; client's reads */
	uint32_t lanes;         /* connections for a tree's edges are kept
				 * apart by chunk % lanes */
	/* Of tree edges (a lane) and others: connections of a kind and lane to
	 * a peer, requests on each at a time. */
	uint32_t conns[2], pipeline[2];
	int64_t rtt_ns, bloat_ns, news_ns, jitter_ns, stagger_ns, late_ns;
	uint32_t direct;
	uint64_t random;
};

struct request {
	struct event event; /* first: it arrives there, or its answer here */
	struct flow flow;
	struct conn *conn;
	struct fetch *fetch;
	struct request *next; /* in a connection's queue, or waiting */
	int64_t arrived_ns;
	bool failed;
};

struct conn {
	struct peer *peer;
	struct conn *next;
	enum kind kind;
	uint32_t lane;                /* NO_LANE: not an edge of a tree */
	uint32_t outstanding;         /* requests, as the client knows */
	struct request *head, **tail; /* at the server, not begun */
	struct request *current;
};

/* What a node keeps of one that it asks. */
struct peer {
	struct node *me, *to;
	struct peer *next; /* in a bucket */
	struct peer *next_known;
	struct conn *conns[2];
	struct fetch *queue[2], **tail[2]; /* no connection was free */
	uint64_t outstanding;              /* bytes */
};

/* A chunk on its way to a node. */
struct fetch {
	struct node *node;
	struct fetch *next; /* in a bucket */
	struct fetch *queued;
	struct request *waiting; /* of others */
	uint32_t chunk;
	uint32_t reads; /* of its own client */
	uint32_t tried[TRIED_MAX], ntried;
	int64_t since_ns;
};

struct node {
	struct event start; /* first */
	uint32_t number;
	struct link up, down;
	struct bitmap *held, *said; /* holds; is known to hold */
	uint32_t *news;             /* chunks held and not said, a queue */
	int64_t *news_at_ns;
	uint32_t nnews;
	struct fetch *fetches[BUCKETS];
	struct peer *peers[BUCKETS], *known;
	struct fetch *parked; /* nobody to ask */
	struct route_trees *trees;
	struct readahead ra;
	uint64_t random;
	uint32_t asked, got; /* by the client */
	int64_t began_ns, ended_ns;
	uint32_t conns_out, conns_in;
	uint64_t sent; /* chunks */
};

struct totals {
	uint64_t requests, by_parent, by_holder, by_seed, refused, blocked;
	double blocked_ns; /* a request that could be answered, but for others
			    * before it on its connection */
	double fetch_ns;
};

extern struct options opt;
extern struct node *nodes;
extern uint32_t nnodes, running;
extern struct route_node *view; /* one for all; patched by whom asks */
extern struct totals totals;

/* node.c: a node as a client */
void node_start(struct event *e);
void node_want(struct node *n, uint32_t chunk, struct request *waiter);
void node_answer(struct event *e); /* a request's answer arrives */
void node_retry_parked(struct node *n);
/* serve.c: and as a server */
void serve_arrive(struct event *e); /* a request arrives */
void serve_waiting(struct request *waiting);
void serve_done(struct event *e);

#endif
