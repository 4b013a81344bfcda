#include <stdlib.h>

#include "perf/sim/sim.h"

static void next_request(struct conn *c);

static void
answer(struct request *r, bool failed)
{
	struct node *me = r->conn->peer->to, *to = r->conn->peer->me;

	r->failed = failed;
	if (failed) {
		r->conn->current = NULL;
		totals.refused++;
		r->event.happen = node_answer;
		event_after(&r->event, opt.rtt_ns / 2);
		next_request(r->conn);
		return;
	}
	r->flow.done.happen = serve_done;
	flow_start(&r->flow, &me->up, &to->down, opt.chunk);
}

/* The last byte is sent. */
void
serve_done(struct event *e)
{
	struct request *r =
	    (struct request *)((char *)e - offsetof(struct request, flow));
	struct conn *c = r->conn;

	flow_end(&r->flow);
	c->peer->to->sent++;
	c->current = NULL;
	r->event.happen = node_answer;
	event_after(&r->event, opt.rtt_ns / 2);
	next_request(c);
}

static void
next_request(struct conn *c)
{
	struct node *n = c->peer->to;
	struct request *r = c->head;
	int64_t waited;

	if (c->current != NULL || r == NULL)
		return;
	c->head = r->next;
	if (c->head == NULL)
		c->tail = &c->head;
	c->current = r;
	waited = event_now_ns() - r->arrived_ns;
	if (bitmap_has(n->held, r->fetch->chunk)) {
		if (waited > 0) {
			totals.blocked++;
			totals.blocked_ns += waited;
		}
		answer(r, false);
	} else if (c->kind == HELD) {
		answer(r, true);
	} else {
		node_want(n, r->fetch->chunk, r);
	}
}

void
serve_arrive(struct event *e)
{
	struct request *r = (struct request *)e;
	struct conn *c = r->conn;

	r->arrived_ns = event_now_ns();
	r->next = NULL;
	*c->tail = r;
	c->tail = &r->next;
	next_request(c);
}

void
serve_waiting(struct request *waiting)
{
	struct request *r, *next;

	for (r = waiting; r != NULL; r = next) {
		next = r->next;
		r->next = NULL;
		answer(r, false);
	}
}
