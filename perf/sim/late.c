/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Finds peers that are dead and chunks that are late by the rules of
 * patience.c, as router/peer/peer.c and router/fetch/fetch.c do.  Here only
 * peers that are dead become suspect, since a living peer would answer probes:
 * false suspicions are not simulated. */
#include <stdlib.h>

#include "perf/sim/sim.h"

#define TICK_NS (20 * MS)

static enum silence
judge(const struct peer *p)
{
	return silence_judge(event_now_ns(), p->owes_since_ns, p->heard_ns,
			     silence_limit_ns(&p->rtt, &p->me->usual));
}

static void
check(struct event *e)
{
	struct peer *p = (struct peer *)e;
	enum silence verdict = judge(p);

	if (p->owed == 0 || p->down || p->me->dead)
		return;
	if (!p->suspect && verdict >= SILENCE_SUSPECT) {
		p->suspect = true;
		p->me->opinions[p->opinion].bad = true;
		p->me->nsuspects++;
	}
	if (p->suspect && verdict == SILENCE_GONE)
		node_drop_peer(p);
	else
		event_after(&p->check, TICK_NS);
}

/* Called when p->to was asked for a chunk, or has died.  If p->to is dead,
 * makes p->me begin to check whether p->to is dead. */
void
late_watch(struct peer *p)
{
	if (!p->to->dead || event_is_set(&p->check))
		return;
	p->check.happen = check;
	event_after(&p->check, TICK_NS);
}

static bool
is_lost(const struct request *q)
{
	const struct peer *p = q->conn->peer;

	return p->suspect && judge(p) >= SILENCE_LOST;
}

static enum patience_why
why_again(struct node *n, struct fetch *f, int64_t late)
{
	struct patience_owed o = {
	    .waited_for = f->reads > 0 || !LIST_EMPTY(&f->waiting),
	    .suspect = f->asks[0]->conn->peer->suspect,
	    .lost = is_lost(f->asks[0]),
	    .twice = f->asks[1] != NULL,
	    .waits_ns = event_now_ns() - f->asked_ns,
	};
	enum patience_why why;

	o.twice_lost = o.twice && o.lost && is_lost(f->asks[1]);
	if (!o.twice && f->by_line && o.waited_for &&
	    o.waits_ns > LINE_PATIENCE_NS) {
		f->by_tree = true;
		return PATIENCE_MUST;
	}
	why = patience_again(&n->patience, &o, late);
	return why == PATIENCE_LATE && opt.hedge != 1 ? PATIENCE_NO : why;
}

static void
ask_again(struct node *n, int64_t late)
{
	struct fetch *f, *next;
	enum patience_why why;
	struct route r;

	for (f = TAILQ_FIRST(&n->asked_list); f != NULL; f = next) {
		next = TAILQ_NEXT(f, asked);
		if (n->nsuspects == 0 && event_now_ns() - f->asked_ns <= late)
			/* the fetches after f in the list were asked for
			 * later */
			break;
		why = why_again(n, f, late);
		if (why == PATIENCE_NO)
			continue;
		r = view_choose(f, !f->asks[0]->conn->peer->suspect &&
				       !f->by_tree);
		if (r.how != ROUTE_NOBODY && f->ntried < TRIED_MAX) {
			patience_spend(&n->patience, why);
			totals.hedged++;
			node_ask(f, r);
			continue;
		}
		f->asked_ns = event_now_ns();
		TAILQ_REMOVE(&n->asked_list, f, asked);
		TAILQ_INSERT_TAIL(&n->asked_list, f, asked);
	}
}

static void
tick(struct event *e)
{
	struct node *n =
	    (struct node *)((char *)e - offsetof(struct node, tick));

	ask_again(n, patience_late_ns(&n->usual));
	if (n->ended_ns == 0 || n->nsuspects > 0)
		event_after(e, TICK_NS);
}

void
late_begin(struct node *n)
{
	if (opt.hedge == 0 || event_is_set(&n->tick))
		return;
	n->tick.happen = tick;
	patience_begin(&n->patience);
	event_after(&n->tick, TICK_NS);
}

/* Stops all requests from p->me that p->to, which has died, had not fully
 * answered. p->me does not know of the death yet. */
static void
lose_requests(struct peer *p)
{
	struct request *r;
	struct conn *c;
	int k;

	if (p->owed > 0 && p->nflows > 0)
		p->heard_ns = event_now_ns();
	for (k = 0; k < 2; k++)
		for (c = p->conns[k]; c != NULL; c = c->next)
			TAILQ_FOREACH (r, &c->sent, sent)
				if (r->where != RETURNING)
					serve_cancel(r);
}

static void
reset(struct event *e)
{
	node_drop_peer((struct peer *)e);
}

void
late_die(struct event *e)
{
	struct node *n =
	    (struct node *)((char *)e - offsetof(struct node, death));
	struct peer *p;

	if (n->dead)
		return;
	n->dead = true;
	n->death.at_ns = event_now_ns();
	event_cancel(&n->tick);
	event_cancel(&n->start);
	if (n->number < opt.seeds + opt.readers && n->ended_ns == 0)
		running -= !n->slow;
	for (p = n->known; p != NULL; p = p->next_known)
		node_drop_peer(p);
	for (p = n->askers; p != NULL; p = p->next_asker) {
		lose_requests(p);
		event_cancel(&p->check);
		if (p->owed > 0 && !opt.die_reset && n->ended_ns == 0) {
			late_watch(p);
		} else {
			p->check.happen = reset;
			event_after(&p->check, opt.rtt_ns);
		}
	}
}
