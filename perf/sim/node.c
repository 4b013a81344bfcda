#include <stdio.h>
#include <stdlib.h>

#include "perf/sim/sim.h"

static void *
must(void *p)
{
	if (p == NULL) {
		perror("sim");
		exit(1);
	}
	return p;
}

static struct fetch **
find_fetch(struct node *n, uint32_t chunk)
{
	struct fetch **f = &n->fetches[chunk & (BUCKETS - 1)];

	while (*f != NULL && (*f)->chunk != chunk)
		f = &(*f)->next;
	return f;
}

static struct peer *
find_peer(struct node *n, uint32_t number)
{
	struct peer **p = &n->peers[number & (BUCKETS - 1)];

	for (; *p != NULL; p = &(*p)->next)
		if ((*p)->to->number == number)
			return *p;
	*p = must(calloc(1, sizeof **p));
	(*p)->me = n;
	(*p)->to = &nodes[number];
	(*p)->tail[HELD] = &(*p)->queue[HELD];
	(*p)->tail[WHOLE] = &(*p)->queue[WHOLE];
	(*p)->next_known = n->known;
	n->known = *p;
	return *p;
}

static struct conn *
new_conn(struct peer *p, enum kind kind, uint32_t lane)
{
	struct conn *c = must(calloc(1, sizeof *c));

	c->peer = p;
	c->kind = kind;
	c->lane = lane;
	c->tail = &c->head;
	c->next = p->conns[kind];
	p->conns[kind] = c;
	p->me->conns_out++;
	p->to->conns_in++;
	return c;
}

/* Edges of the trees, those to the seed among them, have lanes. */
static uint32_t
lane_of(const struct peer *p, enum kind kind, uint32_t chunk)
{
	if (kind == WHOLE || p->to->number < opt.seeds)
		return chunk % opt.lanes;
	return NO_LANE;
}

/* The least busy connection that may take one more request. */
static struct conn *
free_conn(struct peer *p, enum kind kind, uint32_t chunk)
{
	struct conn *best = NULL, *c;
	uint32_t n = 0, lane = lane_of(p, kind, chunk);

	for (c = p->conns[kind]; c != NULL; c = c->next) {
		if (c->lane != lane)
			continue;
		n++;
		if (best == NULL || c->outstanding < best->outstanding)
			best = c;
	}
	if (best != NULL && best->outstanding == 0)
		return best;
	if (best == NULL || n < opt.conns[lane == NO_LANE])
		return new_conn(p, kind, lane);
	return best->outstanding < opt.pipeline[lane == NO_LANE] ? best : NULL;
}

/* A request is small, but it queues behind the data of a busy link. */
static int64_t
request_takes_ns(const struct node *from)
{
	return opt.rtt_ns / 2 + (from->up.nflows > 0 ? opt.bloat_ns : 0);
}

static void
send_request(struct conn *c, struct fetch *f)
{
	struct request *r = must(calloc(1, sizeof *r));

	r->conn = c;
	r->fetch = f;
	r->event.happen = serve_arrive;
	c->outstanding++;
	totals.requests++;
	event_after(&r->event, request_takes_ns(c->peer->me));
}

static void
ask_peer(struct peer *p, enum kind kind, struct fetch *f)
{
	struct conn *c = free_conn(p, kind, f->chunk);

	p->outstanding += opt.chunk;
	if (c != NULL) {
		send_request(c, f);
		return;
	}
	f->queued = NULL;
	*p->tail[kind] = f;
	p->tail[kind] = &f->queued;
}

/* The one view of all, as this node sees it, for as long as it asks. */
static void
patch_view(struct node *n, bool on)
{
	struct peer *p;

	view[n->number].self = on;
	for (p = n->known; p != NULL; p = p->next_known)
		view[p->to->number].outstanding = on ? p->outstanding : 0;
}

static struct route
choose(struct fetch *f)
{
	struct node *n = f->node;
	struct route r = {ROUTE_HOLDER, n->random % opt.seeds};

	if (opt.direct)
		return r;
	patch_view(n, true);
	r = route_choose(n->trees, view, nnodes, f->chunk, f->tried, f->ntried,
			 &n->random);
	patch_view(n, false);
	return r;
}

static void
route_fetch(struct fetch *f)
{
	struct route r = choose(f);

	if (r.how == ROUTE_NOBODY) {
		f->queued = f->node->parked;
		f->node->parked = f;
		return;
	}
	if (r.how == ROUTE_PARENT)
		totals.by_parent++;
	else if (r.node < opt.seeds)
		totals.by_seed++;
	else
		totals.by_holder++;
	ask_peer(find_peer(f->node, r.node),
		 r.how == ROUTE_PARENT ? WHOLE : HELD, f);
	if (f->ntried < TRIED_MAX)
		f->tried[f->ntried++] = r.node;
}

void
node_retry_parked(struct node *n)
{
	struct fetch *f = n->parked, *next;

	for (n->parked = NULL; f != NULL; f = next) {
		next = f->queued;
		route_fetch(f);
	}
}

static struct fetch *
fetch(struct node *n, uint32_t chunk)
{
	struct fetch **f = find_fetch(n, chunk);

	if (*f == NULL) {
		*f = must(calloc(1, sizeof **f));
		(*f)->node = n;
		(*f)->chunk = chunk;
		(*f)->since_ns = event_now_ns();
		route_fetch(*f);
		f = find_fetch(n, chunk);
	}
	return *f;
}

/* Somebody else waits for a chunk here. */
void
node_want(struct node *n, uint32_t chunk, struct request *waiter)
{
	struct fetch *f = fetch(n, chunk);

	waiter->next = f->waiting;
	f->waiting = waiter;
}

/* Its own client reads on, as long as what it reads is there. */
static void
read_on(struct node *n)
{
	struct readahead_range r;
	struct fetch *f;

	while (n->asked < opt.nchunks && n->asked - n->got < opt.depth) {
		uint32_t c = n->asked++;

		if (bitmap_has(n->held, c)) {
			n->got++;
		} else {
			f = fetch(n, c);
			f->reads++;
		}
		r = readahead_read(&n->ra, c, c + 1, opt.nchunks, opt.window);
		for (; r.first < r.end; r.first++)
			if (!bitmap_has(n->held, r.first))
				fetch(n, r.first);
	}
	if (n->got == opt.nchunks && n->ended_ns == 0) {
		n->ended_ns = event_now_ns();
		running--;
	}
}

void
node_start(struct event *e)
{
	struct node *n = (struct node *)e;

	n->began_ns = event_now_ns();
	read_on(n);
}

static void
node_got(struct fetch *f)
{
	struct node *n = f->node;
	struct fetch **at = find_fetch(n, f->chunk);

	*at = f->next;
	bitmap_add(n->held, f->chunk);
	n->news[n->nnews] = f->chunk;
	n->news_at_ns[n->nnews++] = event_now_ns();
	totals.fetch_ns += event_now_ns() - f->since_ns;
	serve_waiting(f->waiting);
	n->got += f->reads;
	free(f);
	if (n->began_ns >= 0)
		read_on(n);
}

/* The first that waits and finds a connection. */
static void
send_queued(struct peer *p, enum kind kind)
{
	struct fetch **at = &p->queue[kind], *f;
	struct conn *c;

	for (; (f = *at) != NULL; at = &f->queued) {
		c = free_conn(p, kind, f->chunk);
		if (c == NULL)
			continue;
		*at = f->queued;
		if (*at == NULL)
			p->tail[kind] = at;
		send_request(c, f);
		return;
	}
}

void
node_answer(struct event *e)
{
	struct request *r = (struct request *)e;
	struct peer *p = r->conn->peer;
	struct fetch *f = r->fetch;

	r->conn->outstanding--;
	p->outstanding -= opt.chunk;
	send_queued(p, r->conn->kind);
	if (r->failed)
		route_fetch(f);
	else
		node_got(f);
	free(r);
}
