/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <math.h>
#include <stdlib.h>

#include "perf/sim/sim.h"

/* time for which a connection keeps the weight that TCP gives it */
#define SHARES_NS (1000 * MS)

static void next_request(struct conn *c);

/* Returns the weight that TCP gives the connection's flows for now: log-normal,
 * drawn anew every SHARES_NS. */
static double
weight(struct conn *c)
{
	double sum = -6;
	int i;

	if (opt.unfair == 0)
		return 1;
	if (event_now_ns() < c->weight_until_ns)
		return c->weight;
	for (i = 0; i < 12; i++)
		sum += fraction();
	c->weight = exp(opt.unfair * sum);
	c->weight_until_ns = event_now_ns() + SHARES_NS;
	return c->weight;
}

static void
answer(struct request *r, bool failed)
{
	struct peer *p = r->conn->peer;
	struct node *from = p->to, *to = p->me;
	bool far = from->rack != to->rack;
	struct link *ends[FLOW_ENDS] = {&from->up, &to->down,
					far ? &from->rack->up : NULL,
					far ? &to->rack->down : NULL};

	r->failed = failed;
	if (failed) {
		r->conn->current = NULL;
		totals.refused++;
		r->where = RETURNING;
		r->flow.done.happen = node_answer;
		event_after(&r->flow.done, opt.rtt_ns / 2);
		next_request(r->conn);
		return;
	}
	r->where = FLOWING;
	p->nflows++;
	r->flow.done.happen = serve_done;
	flow_start(&r->flow, ends, opt.chunk, weight(r->conn));
}

/* Handles the event that the last byte of an answer has left the server. */
void
serve_done(struct event *e)
{
	struct request *r = (struct request *)e;
	struct conn *c = r->conn;

	flow_end(&r->flow);
	c->peer->nflows--;
	c->peer->to->sent++;
	c->current = NULL;
	r->where = RETURNING;
	r->flow.done.happen = node_answer;
	event_after(&r->flow.done, opt.rtt_ns / 2);
	next_request(c);
}

static void
next_request(struct conn *c)
{
	struct node *n = c->peer->to;
	struct request *r = TAILQ_FIRST(&c->queue);
	struct fetch *f;
	int64_t waited;

	if (c->current != NULL || r == NULL || n->dead)
		return;
	TAILQ_REMOVE(&c->queue, r, queued);
	c->current = r;
	waited = event_now_ns() - r->arrived_ns;
	if (bitmap_has(n->held, r->chunk)) {
		if (waited > 0) {
			totals.blocked++;
			totals.blocked_ns += waited;
		}
		answer(r, false);
	} else if (c->kind == HELD) {
		answer(r, true);
	} else {
		r->where = WAITING;
		f = node_want(n, r->chunk, c->lane == LINE_LANE);
		LIST_INSERT_HEAD(&f->waiting, r, waits);
	}
}

void
serve_arrive(struct event *e)
{
	struct request *r = (struct request *)e;
	struct conn *c = r->conn;

	if (c->peer->to->dead) {
		r->where = LOST;
		return;
	}
	r->arrived_ns = event_now_ns();
	r->where = IN_QUEUE;
	TAILQ_INSERT_TAIL(&c->queue, r, queued);
	next_request(c);
}

void
serve_waiting(struct fetch *f)
{
	struct request *r;

	while ((r = LIST_FIRST(&f->waiting)) != NULL) {
		LIST_REMOVE(r, waits);
		answer(r, false);
	}
}

/* Stops a request, wherever it is on its way; the request stays allocated. */
void
serve_cancel(struct request *r)
{
	struct conn *c = r->conn;

	event_cancel(&r->flow.done);
	if (r->where == IN_QUEUE)
		TAILQ_REMOVE(&c->queue, r, queued);
	if (r->where == WAITING)
		LIST_REMOVE(r, waits);
	if (r->where == FLOWING) {
		flow_end(&r->flow);
		c->peer->nflows--;
	}
	if (c->current == r)
		c->current = NULL;
	r->where = LOST;
}
