/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/peer/conn_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "lib/export_names.h"
#include "router/policy/route.h"

/* A connection that takes longer to open has failed.  Arbitrary. */
#define CONNECT_NS 1000000000LL
/* A connection that was not used for longer is closed.  Arbitrary. */
#define IDLE_NS 30000000000LL

/* A connection is also closed if it brings a few bytes now and then, but has
 * owed a chunk for so many times hung_ns.  Arbitrary. */
#define DRIBBLES 2

/* A flow of LANE_ANY has at most CONNS_MAX connections, and one more is opened
 * when each owes an ask.  A flow of ASK_HELD, whose asks a peer answers at
 * once, has at most CONNS_HELD, and one more is opened when each owes
 * PIPELINE_HELD asks.  Arbitrary. */
#define CONNS_MAX 4
#define CONNS_HELD 2
#define PIPELINE_HELD 4

struct flow {
	TAILQ_ENTRY(flow) entry;
	struct digest image;
	enum ask_kind kind;
	uint32_t lane;
	struct peer_conn *conn[CONNS_MAX];
	unsigned nconns;
};

struct conn_pool {
	struct loop *loop;
	struct address address;
	const char *psk_file;
	const struct window *window;
	const struct conn_ops *ops;
	void *ctx;
	TAILQ_HEAD(, flow) flows;
};

static struct flow *
find_flow(struct conn_pool *cp, const struct digest *image, enum ask_kind kind,
	  uint32_t lane)
{
	struct flow *f;

	TAILQ_FOREACH (f, &cp->flows, entry)
		if (f->kind == kind && f->lane == lane &&
		    digest_equal(&f->image, image))
			return f;
	f = calloc(1, sizeof *f);
	if (f == NULL)
		return NULL;
	f->image = *image;
	f->kind = kind;
	f->lane = lane;
	TAILQ_INSERT_HEAD(&cp->flows, f, entry);
	return f;
}

static struct peer_conn *
open_conn(struct conn_pool *cp, struct flow *f)
{
	static const char *const suffix[] = {[ASK_HELD] = EXPORT_SUFFIX_HELD,
					     [ASK_WHOLE] = "",
					     [ASK_LINE] = EXPORT_SUFFIX_LINE};
	char export[CONN_EXPORT_MAX], hex[DIGEST_HEX];
	struct peer_conn *c;

	snprintf(export, sizeof export, "%s%s", digest_hex(&f->image, hex),
		 suffix[f->kind]);
	c = conn_open(cp->loop, &cp->address, export, cp->psk_file, cp->ops,
		      cp->ctx);
	if (c == NULL)
		return NULL;
	f->conn[f->nconns++] = c;
	return c;
}

static void
remove_conn(struct flow *f, unsigned i, int error)
{
	struct peer_conn *c = f->conn[i];

	f->conn[i] = f->conn[--f->nconns];
	conn_close(c, error);
}

/* Returns how many asks a further ask of this connection would wait for.
 * Opening a connection takes as long as some asks.  If a connection that is up
 * were always better, a burst of asks would all go to it, and the asks after
 * the burst to others that are up by then.  Since connections have equal shares
 * of a full link, chunks that are wanted later would come sooner. */
static uint32_t
conn_waits(const struct peer_conn *c)
{
	return conn_owes(c) + (conn_is_up(c) ? 0 : PIPELINE_HELD);
}

/* Returns the one of the connections a and b in which a further ask waits for
 * fewer asks; a, if both are equal; b, if a is NULL. */
static struct peer_conn *
better_conn(struct peer_conn *a, struct peer_conn *b)
{
	return a == NULL || conn_waits(b) < conn_waits(a) ? b : a;
}

static struct peer_conn *
best_of(const struct flow *f, struct peer_conn *best)
{
	for (unsigned i = 0; i < f->nconns; i++)
		best = better_conn(best, f->conn[i]);
	return best;
}

/* Returns a connection of another flow of the image that is up and not busy,
 * for an ask of ASK_HELD while none of its own flow is up; if there is none,
 * `own`.  Peers answer such asks at once, so any of these connections will do;
 * while opening one takes several round trips, which a reader notices on full
 * links. */
static struct peer_conn *
borrow_conn(const struct conn_pool *cp, const struct flow *f,
	    struct peer_conn *own)
{
	struct peer_conn *lent = NULL;
	const struct flow *o;

	TAILQ_FOREACH (o, &cp->flows, entry)
		if (o->kind == ASK_HELD && digest_equal(&o->image, &f->image))
			lent = best_of(o, lent);
	return lent != NULL && conn_waits(lent) < PIPELINE_HELD ? lent : own;
}

static void
narrow(const struct conn_pool *cp, struct peer_conn *c, uint32_t lane)
{
	if (lane < ROUTE_STRIPES)
		conn_narrow(c, window_lane(cp->window));
	else if (lane == LANE_ANY)
		conn_narrow(c, window_any(cp->window));
}

/* Chooses the flow's best connection.  If that one is busy, and the flow may
 * have more connections, opens another one for later asks. */
struct peer_conn *
conn_pool_choose(struct conn_pool *cp, const struct digest *image,
		 enum ask_kind kind, uint32_t lane)
{
	unsigned max = lane != LANE_ANY   ? 1
		       : kind == ASK_HELD ? CONNS_HELD
					  : CONNS_MAX;
	uint32_t busy = kind == ASK_HELD ? PIPELINE_HELD : 1;
	struct flow *f = find_flow(cp, image, kind, lane);
	struct peer_conn *best;

	if (f == NULL)
		return NULL;
	best = best_of(f, NULL);
	if ((best == NULL || conn_owes(best) >= busy) && f->nconns < max) {
		struct peer_conn *fresh = open_conn(cp, f);

		if (best == NULL)
			best = fresh;
	}
	if (best != NULL)
		narrow(cp, best, lane);
	if (kind == ASK_HELD && (best == NULL || !conn_is_up(best)))
		best = borrow_conn(cp, f, best);
	return best;
}

int
conn_pool_open(struct conn_pool *cp, const struct digest *image)
{
	struct flow *f = find_flow(cp, image, ASK_HELD, LANE_ANY);

	return f != NULL && open_conn(cp, f) != NULL ? 0 : -1;
}

int
conn_pool_reopen(struct conn_pool *cp)
{
	struct flow *f = TAILQ_FIRST(&cp->flows);

	/* A flow whose connection failed is moved to the end of the list, so
	 * that another flow is tried first: the peer may not have the image of
	 * this flow any more. */
	if (f->nconns == 0) {
		TAILQ_REMOVE(&cp->flows, f, entry);
		TAILQ_INSERT_TAIL(&cp->flows, f, entry);
		f = TAILQ_FIRST(&cp->flows);
	}
	/* if the flow has a connection, that is being opened */
	if (f->nconns > 0)
		return 0;
	return open_conn(cp, f) != NULL ? 0 : -1;
}

bool
conn_pool_unused(const struct conn_pool *cp)
{
	return TAILQ_EMPTY(&cp->flows);
}

unsigned
conn_pool_connections(const struct conn_pool *cp)
{
	const struct flow *f;
	unsigned n = 0;

	TAILQ_FOREACH (f, &cp->flows, entry)
		n += f->nconns;
	return n;
}

bool
conn_pool_any_up(const struct conn_pool *cp)
{
	const struct flow *f;

	TAILQ_FOREACH (f, &cp->flows, entry)
		for (unsigned i = 0; i < f->nconns; i++)
			if (conn_is_up(f->conn[i]))
				return true;
	return false;
}

const struct digest *
conn_pool_owing(const struct conn_pool *cp)
{
	const struct flow *f;

	TAILQ_FOREACH (f, &cp->flows, entry)
		for (unsigned i = 0; i < f->nconns; i++)
			if (conn_is_up(f->conn[i]) && conn_owes(f->conn[i]) > 0)
				return &f->image;
	return NULL;
}

static void
note_debt(struct debts *d, const struct flow *f, int64_t since_ns)
{
	bool waits = f->kind != ASK_HELD && f->lane < PEER_LANES;
	int64_t *of = waits ? &d->lane_since_ns[f->lane] : &d->since_ns;

	if (since_ns < *of)
		*of = since_ns;
}

void
conn_pool_debts(const struct conn_pool *cp, struct debts *d)
{
	const struct flow *f;

	d->since_ns = INT64_MAX;
	for (unsigned i = 0; i < PEER_LANES; i++)
		d->lane_since_ns[i] = INT64_MAX;
	TAILQ_FOREACH (f, &cp->flows, entry)
		for (unsigned i = 0; i < f->nconns; i++)
			note_debt(d, f, conn_owes_since_ns(f->conn[i]));
}

void
conn_pool_remove(struct conn_pool *cp, struct peer_conn *c, int error)
{
	struct flow *f;

	TAILQ_FOREACH (f, &cp->flows, entry)
		for (unsigned i = 0; i < f->nconns; i++)
			if (f->conn[i] == c) {
				remove_conn(f, i, error);
				return;
			}
}

void
conn_pool_close(struct conn_pool *cp, int error)
{
	struct flow *f;

	TAILQ_FOREACH (f, &cp->flows, entry)
		while (f->nconns > 0)
			remove_conn(f, f->nconns - 1, error);
}

void
conn_pool_check(struct conn_pool *cp, int64_t now, int64_t hung_ns)
{
	struct flow *f;

	TAILQ_FOREACH (f, &cp->flows, entry)
		for (unsigned i = f->nconns; i-- > 0;) {
			struct peer_conn *c = f->conn[i];

			if (!conn_is_up(c) &&
			    now - conn_opened_ns(c) > CONNECT_NS)
				cp->ops->dead(cp->ctx, c, ETIMEDOUT);
			else if (conn_owes(c) == 0 &&
				 now - conn_used_ns(c) > IDLE_NS)
				remove_conn(f, i, ECANCELED);
			else if (now - hung_ns > conn_waits_since_ns(c) ||
				 now - DRIBBLES * hung_ns >
				     conn_owes_since_ns(c))
				remove_conn(f, i, ETIMEDOUT);
			/* ops->dead may have closed other connections, too */
			if (i > f->nconns)
				i = f->nconns;
		}
}

struct conn_pool *
conn_pool_new(struct loop *l, const struct address *a, const char *psk_file,
	      const struct window *window, const struct conn_ops *ops,
	      void *ctx)
{
	struct conn_pool *cp = calloc(1, sizeof *cp);

	if (cp == NULL)
		return NULL;
	TAILQ_INIT(&cp->flows);
	cp->loop = l;
	cp->address = *a;
	cp->psk_file = psk_file;
	cp->window = window;
	cp->ops = ops;
	cp->ctx = ctx;
	return cp;
}

void
conn_pool_free(struct conn_pool *cp)
{
	struct flow *f;

	if (cp == NULL)
		return;
	conn_pool_close(cp, ECANCELED);
	while ((f = TAILQ_FIRST(&cp->flows)) != NULL) {
		TAILQ_REMOVE(&cp->flows, f, entry);
		free(f);
	}
	free(cp);
}
