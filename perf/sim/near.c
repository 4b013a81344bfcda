/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* A run with thousands of nodes waits for memory most of the time: each event
 * uses structs that have long left the processor's cache, and finds each by a
 * pointer in another.  So the structs that the next events will use are brought
 * into the cache beforehand, those of many events at once.  This only makes a
 * run faster: if a struct is forgotten here, nothing but time is lost.
 */
#include "perf/sim/cache.h"
#include "perf/sim/sim.h"

static void
bring_node(const struct node *n)
{
	cache_bring(n, offsetof(struct node, fetches));
}

/* Brings the bucket in which n looks for the fetch of a chunk into the
 * processor's cache. */
static void
bring_bucket(const struct node *n, uint32_t chunk)
{
	__builtin_prefetch(&n->fetches[chunk & (FETCH_BUCKETS - 1)]);
}

static void
bring_waiting(const struct request *r, unsigned step)
{
	const struct request *w = LIST_FIRST(&r->fetch->waiting);

	for (; w != NULL; w = LIST_NEXT(w, waits)) {
		if (step == 2)
			cache_bring(w, sizeof *w);
		else if (step == 3)
			cache_bring(w->conn, sizeof *w->conn);
		else if (step == 4)
			cache_bring(w->conn->peer, sizeof *w->conn->peer);
		else if (step == 5)
			bring_node(w->conn->peer->me);
	}
}

static void
bring_ends(const struct request *r, unsigned step)
{
	const struct peer *p = r->conn->peer;

	if (step == 3) {
		bring_node(p->to);
		bring_node(p->me);
	} else if (step == 4) {
		link_bring_shares(&p->to->up);
		link_bring_shares(&p->me->down);
		bring_bucket(r->flow.done.happen == node_answer ? p->me : p->to,
			     r->chunk);
		cache_bring(p->me->opinions,
			    p->me->nopinions * sizeof *p->me->opinions);
	} else if (step == 5) {
		link_bring_flows(&p->to->up);
		link_bring_flows(&p->me->down);
	}
}

void
near_bring(const struct event *e, unsigned step)
{
	const struct request *r = (const struct request *)e;

	if (e->happen != serve_arrive && e->happen != serve_done &&
	    e->happen != node_answer)
		return;
	if (step == 0) {
		cache_bring(r, sizeof *r);
	} else if (step == 1) {
		cache_bring(r->conn, sizeof *r->conn);
		if (r->fetch != NULL)
			cache_bring(r->fetch, sizeof *r->fetch);
	} else if (step == 2) {
		cache_bring(r->conn->peer, sizeof *r->conn->peer);
	} else {
		bring_ends(r, step);
	}
	if (step >= 2 && e->happen == node_answer && r->fetch != NULL)
		bring_waiting(r, step);
}
