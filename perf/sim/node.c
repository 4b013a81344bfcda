/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdlib.h>

#include "perf/sim/pool.h"
#include "perf/sim/sim.h"

static struct pool requests = {.size = sizeof(struct request)};
static struct pool fetches = {.size = sizeof(struct fetch)};

static struct fetch **
find_fetch(struct node *n, uint32_t chunk)
{
	struct fetch **f = &n->fetches[chunk & (FETCH_BUCKETS - 1)];

	while (*f != NULL && (*f)->chunk != chunk)
		f = &(*f)->next;
	return f;
}

/* Returns how long a request takes from `from` to a server: the request is
 * small, but waits behind the data on a busy uplink. */
static int64_t
request_takes_ns(const struct node *from)
{
	return opt.rtt_ns / 2 + (from->up.nflows > 0 ? opt.bloat_ns : 0);
}

static void
new_opinion(struct node *n, struct peer *p)
{
	if (n->nopinions == n->room_for_opinions) {
		n->room_for_opinions = 2 * n->room_for_opinions + 8;
		n->opinions = must(reallocarray(
		    n->opinions, n->room_for_opinions, sizeof *n->opinions));
	}
	p->opinion = n->nopinions++;
	n->opinions[p->opinion] = (struct opinion){.of = p->to->number};
}

static struct opinion *
opinion(const struct peer *p)
{
	return &p->me->opinions[p->opinion];
}

static struct peer *
find_peer(struct node *n, uint32_t number)
{
	struct peer **at = &n->peers[number & (BUCKETS - 1)], *p;

	for (; *at != NULL; at = &(*at)->next)
		if ((*at)->to == &nodes[number])
			return *at;
	p = *at = must(calloc(1, sizeof *p));
	p->me = n;
	p->to = &nodes[number];
	p->next_known = n->known;
	n->known = p;
	p->next_asker = p->to->askers;
	p->to->askers = p;
	new_opinion(n, p);
	latency_add(&p->rtt, opt.rtt_ns / 2 + request_takes_ns(n));
	return p;
}

static struct conn *
new_conn(struct peer *p, enum kind kind, uint32_t lane)
{
	struct conn *c = must(calloc(1, sizeof *c));
	struct node *me = p->me;

	c->peer = p;
	c->kind = kind;
	c->lane = lane;
	TAILQ_INIT(&c->sent);
	TAILQ_INIT(&c->queue);
	c->up_ns = event_now_ns() +
		   opt.setup * (opt.rtt_ns / 2 + request_takes_ns(me));
	c->next = p->conns[kind];
	p->conns[kind] = c;
	me->conns_out++;
	p->to->conns_in++;
	if (me->conns_out + me->conns_in > me->conns_most)
		me->conns_most = me->conns_out + me->conns_in;
	return c;
}

/* Returns the lane for a request to p: LINE_LANE if the request goes by the
 * line, one of opt.lanes lanes if p is a parent in a tree or complete, else
 * NO_LANE. */
static uint32_t
lane_of(const struct peer *p, struct route r, uint32_t chunk)
{
	if (r.line)
		return LINE_LANE;
	if (r.how == ROUTE_PARENT || view[p->to->number].complete)
		return chunk % opt.lanes;
	return NO_LANE;
}

/* Returns the connection to p of this kind and lane that is least busy.  Makes
 * a new one if there is none, or, with NO_LANE, if all are busy and there are
 * fewer than opt.conns. */
static struct conn *
find_conn(struct peer *p, enum kind kind, uint32_t lane)
{
	struct conn *best = NULL, *c;
	uint32_t n = 0;
	uint32_t most = lane == NO_LANE ? opt.conns : 1;

	for (c = p->conns[kind]; c != NULL; c = c->next) {
		if (c->lane != lane)
			continue;
		n++;
		if (best == NULL || c->outstanding < best->outstanding)
			best = c;
	}
	if (best == NULL || (best->outstanding > 0 && n < most))
		return new_conn(p, kind, lane);
	return best;
}

static struct request *
send_request(struct conn *c, struct fetch *f)
{
	struct request *r = pool_take(&requests);
	int64_t now = event_now_ns();

	r->conn = c;
	r->fetch = f;
	r->chunk = f->chunk;
	r->sent_ns = now;
	r->where = ON_WAY;
	r->flow.done.happen = serve_arrive;
	c->outstanding++;
	TAILQ_INSERT_TAIL(&c->sent, r, sent);
	totals.requests++;
	event_at(&r->flow.done, (c->up_ns > now ? c->up_ns : now) +
				    request_takes_ns(c->peer->me));
	return r;
}

static void
drop_ask(struct request *r)
{
	struct fetch *f = r->fetch;

	if (f->asks[0] == r)
		f->asks[0] = f->asks[1];
	f->asks[1] = NULL;
	r->fetch = NULL;
}

void
node_ask(struct fetch *f, struct route r)
{
	struct node *n = f->node;
	struct peer *p = find_peer(n, r.node);
	enum kind kind = r.how == ROUTE_PARENT ? WHOLE : HELD;

	if (p->owed++ == 0)
		p->owes_since_ns = event_now_ns();
	opinion(p)->outstanding += opt.chunk;
	if (f->ntried < TRIED_MAX)
		f->tried[f->ntried++] = r.node;
	f->asked_ns = event_now_ns();
	if (f->is_asked)
		TAILQ_REMOVE(&n->asked_list, f, asked);
	f->is_asked = true;
	TAILQ_INSERT_TAIL(&n->asked_list, f, asked);
	if (f->asks[1] != NULL)
		drop_ask(f->asks[0]);
	f->by_line = r.line && r.how == ROUTE_PARENT && f->asks[0] == NULL;
	f->asks[f->asks[0] != NULL] =
	    send_request(find_conn(p, kind, lane_of(p, r, f->chunk)), f);
	late_watch(p);
}

static void
route_fetch(struct fetch *f)
{
	struct route r = view_choose(f, false);

	if (r.how == ROUTE_NOBODY) {
		f->ntried = 0;
		f->parked = f->node->parked;
		f->node->parked = f;
		return;
	}
	if (r.how == ROUTE_PARENT)
		totals.by_parent++;
	else if (r.node < opt.seeds)
		totals.by_seed++;
	else
		totals.by_holder++;
	if (f->ntried == 0)
		patience_earn(&f->node->patience);
	if (f->ntried == TRIED_MAX)
		f->ntried = 0;
	node_ask(f, r);
}

void
node_retry_parked(struct node *n)
{
	struct fetch *f = n->parked, *next;

	for (n->parked = NULL; f != NULL; f = next) {
		next = f->parked;
		route_fetch(f);
	}
}

static struct fetch *
new_fetch(struct node *n, uint32_t chunk)
{
	struct fetch **at = find_fetch(n, chunk), *f;

	f = *at = pool_take(&fetches);
	f->node = n;
	f->chunk = chunk;
	f->since_ns = event_now_ns();
	LIST_INIT(&f->waiting);
	return f;
}

static struct fetch *
fetch_chunk(struct node *n, uint32_t chunk)
{
	struct fetch *f = *find_fetch(n, chunk);

	if (f == NULL) {
		f = new_fetch(n, chunk);
		route_fetch(f);
	}
	return f;
}

/* Returns n's fetch of a chunk for which another node waits; begins the fetch
 * if there is none.  If the other node asked by a tree (not `line`), n asks by
 * a tree too: if the chunk had to wait for the line, nodes might wait for each
 * other in a circle. */
struct fetch *
node_want(struct node *n, uint32_t chunk, bool line)
{
	struct fetch *f = *find_fetch(n, chunk);
	struct route r;

	if (f == NULL)
		f = new_fetch(n, chunk);
	else if (line || !f->by_line || f->by_tree)
		return f;
	f->by_tree = !line;
	if (f->asks[0] == NULL) {
		route_fetch(f);
		return f;
	}
	r = view_choose(f, false);
	if (r.how != ROUTE_NOBODY && f->asks[1] == NULL &&
	    f->ntried < TRIED_MAX)
		node_ask(f, r);
	return f;
}

/* Fetches chunks for the node's own client, until opt.limit of them are in
 * flight. */
static void
fetch_own(struct node *n)
{
	struct fetch *f;
	uint32_t c;

	while (n->fetched < n->ahead && n->in_flight < opt.limit) {
		c = n->fetched++;
		if (bitmap_has(n->held, c)) {
			n->got += c < n->asked;
			if (c < n->asked)
				store_read(n, c);
			continue;
		}
		f = fetch_chunk(n, c);
		f->own = true;
		f->reads += c < n->asked;
		n->in_flight++;
	}
}

/* Makes the client read chunk c, which is held, is being fetched, or was
 * fetched and dropped again. */
static void
read_one(struct node *n, uint32_t c)
{
	struct fetch *f = *find_fetch(n, c);

	if (f == NULL && bitmap_has(n->held, c)) {
		n->got++;
		store_read(n, c);
		return;
	}
	if (f == NULL)
		totals.again++;
	fetch_chunk(n, c)->reads++;
}

bool
node_fetch(struct node *n, uint32_t chunk, bool reads)
{
	struct fetch *f;

	if (bitmap_has(n->held, chunk))
		return false;
	f = *find_fetch(n, chunk);
	if (f == NULL) {
		n->in_flight++;
		f = fetch_chunk(n, chunk);
		f->own = true;
	}
	f->reads |= reads;
	return true;
}

void
node_ended(struct node *n)
{
	n->ended_ns = event_now_ns();
	running -= !n->slow;
	if (opt.leave)
		event_after(&n->death, 1000 * MS);
}

/* Makes the node's own client read on until it waits for opt.depth chunks, or
 * has asked for all. */
static void
read_on(struct node *n)
{
	struct readahead_range r;
	uint32_t was;

	do {
		was = n->got;
		while (n->asked < opt.nchunks &&
		       n->asked - n->got < opt.depth) {
			uint32_t c = n->asked++;

			if (c < n->fetched)
				read_one(n, c);
			r = readahead_read(&n->ra, c, c + 1, opt.nchunks,
					   store_window(n));
			n->ahead = r.end > n->asked ? r.end : n->asked;
		}
		fetch_own(n);
	} while (n->got != was);
	if (n->got == opt.nchunks && n->ended_ns == 0)
		node_ended(n);
}

static void
go_on(struct node *n)
{
	if (boot_is())
		boot_go_on(n);
	else
		read_on(n);
}

void
node_start(struct event *e)
{
	struct node *n = (struct node *)e;

	n->began_ns = event_now_ns();
	line_begin(&n->line, n->began_ns);
	late_begin(n);
	go_on(n);
}

/* Ends a fetch whose chunk has come.  If the chunk was asked for a second time,
 * no fetch wants the answer to that request any more. */
static void
node_got(struct fetch *f)
{
	struct node *n = f->node;
	struct fetch **at = find_fetch(n, f->chunk);
	uint32_t i;

	*at = f->next;
	TAILQ_REMOVE(&n->asked_list, f, asked);
	for (i = 0; i < 2; i++)
		if (f->asks[i] != NULL)
			f->asks[i]->fetch = NULL;
	bitmap_add(n->held, f->chunk);
	view_held(n, f->chunk, true);
	if (opt.budget > 0)
		store_kept(n, f->chunk);
	totals.fetch_ns += event_now_ns() - f->since_ns;
	serve_waiting(f);
	n->got += f->reads;
	n->in_flight -= f->own;
	pool_give(&fetches, f);
	if (n->began_ns >= 0)
		go_on(n);
}

void
node_failed(struct request *r)
{
	struct fetch *f = r->fetch;

	drop_ask(r);
	if (f->asks[0] == NULL)
		route_fetch(f);
}

void
node_forget_request(struct request *r)
{
	struct conn *c = r->conn;

	TAILQ_REMOVE(&c->sent, r, sent);
	c->outstanding--;
	c->peer->owed--;
	opinion(c->peer)->outstanding -= opt.chunk;
}

void
node_answer(struct event *e)
{
	struct request *r = (struct request *)e;
	struct peer *p = r->conn->peer;
	struct fetch *f = r->fetch;
	int64_t now = event_now_ns();

	node_forget_request(r);
	p->heard_ns = now;
	if (f != NULL && r->failed) {
		view_said(p->to, f->chunk, false);
		node_failed(r);
	} else if (f != NULL) {
		patience_took(&p->me->usual, now - r->sent_ns);
		node_got(f);
	}
	pool_give(&requests, r);
}

static void
close_conn(struct conn *c)
{
	struct peer *p = c->peer;
	struct request *r;

	while ((r = TAILQ_FIRST(&c->sent)) != NULL) {
		serve_cancel(r);
		node_forget_request(r);
		if (r->fetch != NULL && !p->me->dead)
			node_failed(r);
		pool_give(&requests, r);
	}
	p->me->conns_out--;
	p->to->conns_in--;
	free(c);
}

void
node_leave_peer(struct peer *p)
{
	struct conn *c, *next;
	int k;

	for (k = 0; k < 2; k++) {
		c = p->conns[k];
		/* the list is emptied first, since close_conn may ask p anew on
		 * new connections */
		for (p->conns[k] = NULL; c != NULL; c = next) {
			next = c->next;
			close_conn(c);
		}
	}
}

void
node_drop_peer(struct peer *p)
{
	event_cancel(&p->check);
	p->me->nsuspects -= p->suspect;
	p->suspect = false;
	p->down = true;
	opinion(p)->bad = true;
	node_leave_peer(p);
}
