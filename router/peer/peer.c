/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/peer/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/backoff.h"
#include "lib/cleanup.h"
#include "router/peer/conn_pool.h"
#include "router/peer/peer_conn.h"
#include "router/policy/line.h"
#include "router/policy/patience.h"
#include "router/policy/peer_verdict.h"
#include "router/policy/rate.h"
#include "router/policy/window.h"

_Static_assert(PEER_LANES == LINE_LANE + 1, "a verdict for each lane");

/* pause between judgements while a peer owes something; all these: arbitrary */
#define TICK_NS 20000000LL
#define REST_NS 1000000000LL /* pause while no peer owes anything */
#define LANES_SHUT 2 /* if more lanes are useless, the peer is useless too */
#define RATE_HOLDS_NS 10000000000LL

struct peer {
	struct peers *all;
	LIST_ENTRY(peer) entry;
	void *owner;
	struct conn_pool *conns;
	enum peer_state state;
	uint64_t outstanding; /* bytes asked for and not answered */
	uint32_t owed;        /* open asks, the probe among them */
	int64_t owes_since_ns, heard_ns, answered_ns;
	struct latency rtt; /* how long answers to probes take */
	struct rate rate;
	uint64_t requests, bytes, errors, misses;
	struct backoff backoff;
	int64_t retry_ns; /* while DOWN: when to try to connect again */
	struct ask probe;
	bool probing;
	bool useless; /* the peer was found useless, and is banned */
	struct verdict verdict;
	struct verdict lanes[PEER_LANES];
};

/* Pauses before a peer that is DOWN is tried again.  Arbitrary: the first try
 * comes soon, and a dead peer costs a packet every 5 s. */
static const struct backoff_range retry_pauses_ns = {.least = 100000000LL,
						     .most = 5000000000LL};

struct peers {
	struct loop *loop;
	struct loop_timer tick;
	const struct peers_ops *ops;
	void *ctx;
	const char *psk_file;
	LIST_HEAD(, peer) list;
	struct asks done;
	struct buffers *probes;
	struct latency usual; /* time from a chunk's ask to its arrival */
	struct window window;
	int64_t delivered_ns; /* when the last chunk came, from any peer */
	int64_t resumed_ns;   /* when the last outage ended */
	unsigned ndoubted;    /* how many peers are suspect, or useless */
	int64_t shut_ns;      /* when the last ban of a lane or peer ends */
};

static void
queue_answer(struct peers *ps, struct ask *a, int error)
{
	a->error = error;
	TAILQ_INSERT_TAIL(&ps->done, a, entry);
}

static void
delivered(struct peer *p, const struct ask *a, int64_t now)
{
	int64_t from =
	    a->sent_ns > p->answered_ns ? a->sent_ns : p->answered_ns;

	p->bytes += a->len;
	backoff_reset(&p->backoff);
	if (a->kind == ASK_HELD)
		rate_add(&p->rate, now - from, a->len);
	else if (a->lane < PEER_LANES)
		verdict_delivered(&p->lanes[a->lane], now);
	verdict_delivered(&p->verdict, now);
	p->answered_ns = p->all->delivered_ns = now;
}

static void
note_usual(struct peers *ps, const struct ask *a, int64_t now)
{
	int64_t from = ps->resumed_ns, last = ps->delivered_ns;

	from = from > a->sent_ns ? from : a->sent_ns;
	if (patience_is_outage(&ps->usual, now - (last > from ? last : from),
			       ps->window.asks + 1))
		ps->resumed_ns = now;
	else
		patience_took(&ps->usual, now - from);
}

static void
on_answered(void *ctx, struct ask *a, int error)
{
	struct peer *p = ctx;
	int64_t now = loop_now_ns(p->all->loop);

	p->outstanding -= a->len;
	if (--p->owed == 0)
		window_source(&p->all->window, false);
	if (a == &p->probe) {
		p->probing = false;
		buffer_put(a->buf);
		if (error != ECANCELED && error != ETIMEDOUT &&
		    error != ECONNRESET)
			latency_add(&p->rtt, now - a->sent_ns);
		return;
	}
	window_answered(&p->all->window, a->lane < ROUTE_STRIPES,
			error == 0 ? a->len : 0, now);
	if (error == 0) {
		note_usual(p->all, a, now);
		delivered(p, a, now);
	} else if (a->kind == ASK_HELD && error == EIO) {
		p->misses++; /* the peer has dropped the chunk by now */
	} else if (error != ECANCELED) {
		p->errors++;
	}
	queue_answer(p->all, a, error);
}

static void
set_state(struct peer *p, enum peer_state state)
{
	bool was = peer_usable(p);

	p->all->ndoubted += state == PEER_SUSPECT;
	p->all->ndoubted -= p->state == PEER_SUSPECT;
	p->state = state;
	if (peer_usable(p) != was && p->all->ops != NULL)
		p->all->ops->changed(p->all->ctx, p);
}

static void
set_useless(struct peer *p, bool useless)
{
	bool was = peer_usable(p), changed = p->useless != useless;

	p->all->ndoubted += useless;
	p->all->ndoubted -= p->useless;
	p->useless = useless;
	if ((changed || peer_usable(p) != was) && p->all->ops != NULL)
		p->all->ops->changed(p->all->ctx, p);
}

static void
tick_soon(struct peers *ps)
{
	int64_t soon = loop_now_ns(ps->loop) + TICK_NS;

	if (ps->tick.due_ns > soon)
		loop_timer_set(ps->loop, &ps->tick, soon);
}

static void
go_down(struct peer *p)
{
	p->retry_ns = loop_now_ns(p->all->loop) +
		      backoff_next(&p->backoff, &retry_pauses_ns);
	tick_soon(p->all);
	set_state(p, PEER_DOWN);
}

static void
on_up(void *ctx, struct peer_conn *c)
{
	struct peer *p = ctx;
	int64_t now = loop_now_ns(p->all->loop);

	p->heard_ns = now;
	/* The time to connect is the first sample of rtt, unless the peer is
	 * DOWN: then it would tell how long the peer did not answer. */
	if (p->rtt.samples == 0 && p->state != PEER_DOWN)
		latency_add(&p->rtt, now - conn_opened_ns(c));
	set_state(p, PEER_UP);
}

static void
on_heard(void *ctx)
{
	struct peer *p = ctx;

	p->heard_ns = loop_now_ns(p->all->loop);
	if (p->state == PEER_SUSPECT)
		set_state(p, PEER_UP);
}

static void
on_dead(void *ctx, struct peer_conn *c, int error)
{
	struct peer *p = ctx;

	conn_pool_remove(p->conns, c, error);
	if (!conn_pool_any_up(p->conns))
		peer_drop(p, ECONNRESET);
}

static const struct conn_ops conn_ops = {
    .answered = on_answered,
    .up = on_up,
    .heard = on_heard,
    .dead = on_dead,
};

static struct peer_conn *
choose_conn(struct peer *p, const struct digest *image, enum ask_kind kind,
	    uint32_t lane)
{
	struct peer_conn *c = conn_pool_choose(p->conns, image, kind, lane);

	if (c != NULL && p->state == PEER_IDLE)
		set_state(p, PEER_CONNECTING);
	return c;
}

bool
peer_connect(struct peer *p, const struct digest *image)
{
	if (p->state == PEER_UP)
		return true;
	if (p->state == PEER_IDLE && conn_pool_open(p->conns, image) == -1)
		go_down(p);
	else if (p->state == PEER_IDLE)
		set_state(p, PEER_CONNECTING);
	return false;
}

void
peer_ask(struct peer *p, struct ask *a)
{
	struct peer_conn *c = NULL;

	a->peer = p;
	a->conn = NULL;
	a->sent_ns = loop_now_ns(p->all->loop);
	p->requests++;
	if (p->state != PEER_DOWN)
		c = choose_conn(p, &a->image, a->kind, a->lane);
	if (c == NULL) {
		p->errors++;
		queue_answer(p->all, a, EHOSTDOWN);
		if (p->state != PEER_DOWN && !conn_pool_any_up(p->conns))
			go_down(p);
		return;
	}
	if (p->owed++ == 0) {
		p->owes_since_ns = a->sent_ns;
		window_source(&p->all->window, true);
		tick_soon(p->all);
	}
	p->outstanding += a->len;
	window_asked(&p->all->window, a->lane < ROUTE_STRIPES, a->sent_ns);
	conn_ask(c, a);
}

/* Reads a byte from the peer: any answer, even an error, is a sign of life. */
static void
send_probe(struct peer *p, const struct digest *image)
{
	struct ask *a = &p->probe;
	struct peer_conn *c = choose_conn(p, image, ASK_HELD, LANE_ANY);

	if (c == NULL)
		return;
	a->buf = buffer_get(p->all->probes);
	if (a->buf == NULL)
		return;
	a->kind = ASK_HELD;
	a->image = *image;
	a->offset = 0;
	a->len = 1;
	a->sent_ns = loop_now_ns(p->all->loop);
	a->peer = p;
	p->probing = true;
	p->owed++;
	p->outstanding += a->len;
	conn_ask(c, a);
}

static enum silence
judge_silence(const struct peer *p, int64_t now)
{
	return silence_judge(now, p->owes_since_ns, p->heard_ns,
			     silence_limit_ns(&p->rtt, &p->all->usual));
}

static void
check_silence(struct peer *p, int64_t now)
{
	const struct digest *owing = conn_pool_owing(p->conns);
	enum silence verdict = judge_silence(p, now);

	if (p->state == PEER_SUSPECT &&
	    (p->owed == 0 || verdict == SILENCE_GONE)) {
		peer_drop(p, ETIMEDOUT);
		return;
	}
	if (owing == NULL)
		return;
	if (verdict == SILENCE_PROBE && !p->probing)
		send_probe(p, owing);
	else if (verdict >= SILENCE_SUSPECT && p->state == PEER_UP)
		set_state(p, PEER_SUSPECT);
}

static int64_t
limit_ns(const struct peers *ps, int64_t owes_since_ns)
{
	return verdict_limit_ns(&ps->usual, ps->delivered_ns > owes_since_ns);
}

static bool
judge(struct peer *p, struct verdict *v, int64_t since_ns, int64_t now)
{
	struct peers *ps = p->all;

	if (!verdict_judge(v, now, since_ns, limit_ns(ps, since_ns)))
		return false;
	if (v->banned_ns > ps->shut_ns)
		ps->shut_ns = v->banned_ns;
	return true;
}

/* Judges the lanes of a peer.  Returns true if one more lane is useless.  Sets
 * d->since_ns to the time since which the peer itself owes something.  Useless
 * lanes, in which the peer may be waiting for other nodes, count in that only
 * if they are more than LANES_SHUT. */
static bool
judge_lanes(struct peer *p, struct debts *d, int64_t now)
{
	int64_t open_ns = d->since_ns, all_ns = d->since_ns;
	unsigned nshut = 0;
	bool news = false;

	for (unsigned i = 0; i < PEER_LANES; i++) {
		int64_t since_ns = d->lane_since_ns[i];

		if (since_ns == INT64_MAX)
			continue;
		news |= judge(p, &p->lanes[i], since_ns, now);
		if (since_ns < all_ns)
			all_ns = since_ns;
		if (verdict_banned(&p->lanes[i], now))
			nshut++;
		else if (since_ns < open_ns)
			open_ns = since_ns;
	}
	d->since_ns = nshut > LANES_SHUT ? all_ns : open_ns;
	return news;
}

/* Judges a peer by the chunks that it delivers, and drops a hopeless one. */
static void
judge_debts(struct peer *p, int64_t now)
{
	struct debts d;
	bool news;

	conn_pool_debts(p->conns, &d);
	news = judge_lanes(p, &d, now);
	judge(p, &p->verdict, d.since_ns, now);
	set_useless(p, verdict_banned(&p->verdict, now));
	if (news && !p->useless && p->all->ops != NULL)
		p->all->ops->changed(p->all->ctx, p);
	if (verdict_hopeless(&p->verdict, now, d.since_ns,
			     limit_ns(p->all, d.since_ns)))
		peer_drop(p, ETIMEDOUT);
}

static void
try_again(struct peer *p)
{
	if (conn_pool_unused(p->conns))
		set_state(p, PEER_IDLE);
	else if (conn_pool_reopen(p->conns) == -1)
		go_down(p);
}

static void
on_tick(void *ctx)
{
	struct peers *ps = ctx;
	int64_t now = loop_now_ns(ps->loop);
	int64_t hung_ns = patience_hung_ns(&ps->usual);
	struct peer *p;
	bool busy = false;

	LIST_FOREACH (p, &ps->list, entry) {
		busy |= p->owed > 0 || !peer_usable(p);
		conn_pool_check(p->conns, now, hung_ns);
		if (p->owed > 0 || p->useless)
			judge_debts(p, now);
		if (p->state == PEER_DOWN && now >= p->retry_ns)
			try_again(p);
		else if (p->owed > 0 || p->state == PEER_SUSPECT)
			check_silence(p, now);
	}
	loop_timer_set(ps->loop, &ps->tick, now + (busy ? TICK_NS : REST_NS));
}

struct peers *
peers_new(struct loop *l, const char *psk_file, const struct peers_ops *ops,
	  void *ctx)
{
	AUTO_FREE struct peers *ps = calloc(1, sizeof *ps);

	if (ps == NULL || (ps->probes = buffers_new(1)) == NULL)
		return NULL;
	LIST_INIT(&ps->list);
	TAILQ_INIT(&ps->done);
	ps->loop = l;
	ps->ops = ops;
	ps->ctx = ctx;
	ps->psk_file = psk_file;
	ps->tick = (struct loop_timer){.fire = on_tick, .ctx = ps};
	loop_timer_set(l, &ps->tick, clock_now_ns() + TICK_NS);
	return TAKE_PTR(ps);
}

void
peers_free(struct peers *ps)
{
	if (ps == NULL)
		return;
	loop_timer_cancel(ps->loop, &ps->tick);
	while (!LIST_EMPTY(&ps->list))
		peer_free(LIST_FIRST(&ps->list));
	peers_drain(ps);
	buffers_free(ps->probes);
	free(ps);
}

void
peers_drain(struct peers *ps)
{
	struct ask *a;

	while ((a = TAILQ_FIRST(&ps->done)) != NULL) {
		TAILQ_REMOVE(&ps->done, a, entry);
		ps->ops->answered(ps->ctx, a, a->error);
	}
}

struct peer *
peer_new(struct peers *ps, const struct address *a, void *owner)
{
	struct peer *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->conns =
	    conn_pool_new(ps->loop, a, ps->psk_file, &ps->window, &conn_ops, p);
	if (p->conns == NULL) {
		free(p);
		return NULL;
	}
	p->all = ps;
	p->owner = owner;
	LIST_INSERT_HEAD(&ps->list, p, entry);
	return p;
}

void
peer_drop(struct peer *p, int error)
{
	conn_pool_close(p->conns, error);
	go_down(p);
}

void
peer_free(struct peer *p)
{
	struct ask *a;

	conn_pool_free(p->conns);
	p->all->ndoubted -= peer_is_suspect(p);
	p->all->ndoubted -= p->useless;
	/* Asks in the list `done` must not point to a freed peer. */
	TAILQ_FOREACH (a, &p->all->done, entry)
		if (a->peer == p)
			a->peer = NULL;
	LIST_REMOVE(p, entry);
	free(p);
}

void *
peer_owner(const struct peer *p)
{
	return p->owner;
}

bool
peer_usable(const struct peer *p)
{
	return p->state != PEER_DOWN && p->state != PEER_SUSPECT && !p->useless;
}

bool
peer_is_useless(const struct peer *p, const struct ask *a)
{
	return p->useless ||
	       (a->kind != ASK_HELD && a->lane < PEER_LANES &&
		verdict_banned(&p->lanes[a->lane], loop_now_ns(p->all->loop)));
}

bool
peer_on_trial(const struct peer *p)
{
	return verdict_on_trial(&p->verdict);
}

void
peer_lift_ban(struct peer *p)
{
	if (!p->useless)
		return;
	verdict_lift(&p->verdict, loop_now_ns(p->all->loop));
	set_useless(p, false);
}

bool
peer_is_suspect(const struct peer *p)
{
	return p->state == PEER_SUSPECT;
}

int64_t
peer_silent_ns(const struct peer *p)
{
	int64_t since =
	    p->heard_ns > p->owes_since_ns ? p->heard_ns : p->owes_since_ns;

	return p->owed > 0 ? loop_now_ns(p->all->loop) - since : 0;
}

bool
peer_is_lost(const struct peer *p)
{
	return p->state == PEER_SUSPECT && p->owed > 0 &&
	       judge_silence(p, loop_now_ns(p->all->loop)) >= SILENCE_LOST;
}

const struct latency *
peers_usual(const struct peers *ps)
{
	return &ps->usual;
}

bool
peers_doubted(const struct peers *ps)
{
	return ps->ndoubted > 0 || loop_now_ns(ps->loop) < ps->shut_ns;
}

void
peer_get_stats(const struct peer *p, struct peer_stats *st)
{
	int64_t now = loop_now_ns(p->all->loop);

	*st = (struct peer_stats){.state = p->state,
				  .outstanding = p->outstanding};
	/* An old rate counts as unknown, so that a slow peer is tried again. */
	if (now - p->answered_ns < RATE_HOLDS_NS)
		st->rate = p->rate.per_s;
	st->requests = p->requests;
	st->bytes = p->bytes;
	st->errors = p->errors;
	st->misses = p->misses;
	st->connections = conn_pool_connections(p->conns);
	st->useless = p->useless;
	st->trial = peer_on_trial(p);
	st->verdicts = p->verdict.strikes;
	for (unsigned i = 0; now < p->all->shut_ns && i < PEER_LANES; i++)
		if (verdict_banned(&p->lanes[i], now))
			st->shut |= 1U << i;
}

const char *
peer_state_name(enum peer_state s)
{
	static const char *const names[] = {"idle", "connecting", "up",
					    "suspect", "down"};

	return names[s];
}
