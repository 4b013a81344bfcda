/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/peer/links.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/export_names.h"
#include "router/policy/route.h"

#define CONNECT_NS 1000000000LL
#define IDLE_NS 30000000000LL /* an unused connection is closed after it */

/* Connections of one kind to one image.  Asks that are answered at once are
 * pipelined; those that may wait at the peer get a connection each while
 * there are some. */
#define CONNS_MAX 4
#define CONNS_HELD 2
#define PIPELINE_HELD 4

struct link {
	struct link *next;
	struct digest image;
	enum ask_kind kind;
	uint32_t lane;
	struct peer_conn *conn[CONNS_MAX];
	unsigned nconns;
};

struct links {
	struct loop *loop;
	struct address address;
	const struct window *window;
	const struct conn_ops *ops;
	void *ctx;
	struct link *first;
};

static struct link *
find_link(struct links *ls, const struct digest *image, enum ask_kind kind,
	  uint32_t lane)
{
	struct link *l;

	for (l = ls->first; l != NULL; l = l->next)
		if (l->kind == kind && l->lane == lane &&
		    digest_equal(&l->image, image))
			return l;
	l = calloc(1, sizeof *l);
	if (l == NULL)
		return NULL;
	l->image = *image;
	l->kind = kind;
	l->lane = lane;
	l->next = ls->first;
	ls->first = l;
	return l;
}

static struct peer_conn *
open_conn(struct links *ls, struct link *l)
{
	static const char *const suffix[] = {[ASK_HELD] = EXPORT_SUFFIX_HELD,
					     [ASK_WHOLE] = "",
					     [ASK_LINE] = EXPORT_SUFFIX_LINE};
	char export[CONN_EXPORT_MAX], hex[DIGEST_HEX];
	struct peer_conn *c;

	snprintf(export, sizeof export, "%s%s", digest_hex(&l->image, hex),
		 suffix[l->kind]);
	c = conn_open(ls->loop, &ls->address, export, ls->ops, ls->ctx);
	if (c == NULL)
		return NULL;
	l->conn[l->nconns++] = c;
	return c;
}

static void
remove_conn(struct link *l, unsigned i, int error)
{
	struct peer_conn *c = l->conn[i];

	l->conn[i] = l->conn[--l->nconns];
	conn_close(c, error);
}

/* The one that is up, the less loaded one, or a. */
static struct peer_conn *
better_conn(struct peer_conn *a, struct peer_conn *b)
{
	if (a == NULL || conn_is_up(b) > conn_is_up(a))
		return b;
	if (conn_is_up(a) == conn_is_up(b) && conn_owes(b) < conn_owes(a))
		return b;
	return a;
}

static struct peer_conn *
best_of(const struct link *l, struct peer_conn *best)
{
	for (unsigned i = 0; i < l->nconns; i++)
		best = better_conn(best, l->conn[i]);
	return best;
}

/* What is answered at once may go over any lane: to open one takes several
 * round trips, which on full links are a pause that a reader notices. */
static struct peer_conn *
borrow_conn(const struct links *ls, const struct link *l,
	    struct peer_conn *best)
{
	const struct link *o;

	for (o = ls->first; o != NULL; o = o->next)
		if (o->kind == ASK_HELD && digest_equal(&o->image, &l->image))
			best = best_of(o, best);
	return best;
}

static void
narrow(const struct links *ls, struct peer_conn *c, uint32_t lane)
{
	if (lane < ROUTE_STRIPES)
		conn_narrow(c, window_lane(ls->window));
	else if (lane == LANE_ANY)
		conn_narrow(c, window_any(ls->window));
}

/* The least loaded connection, one more being opened for later when all are
 * busy and there may be more. */
struct peer_conn *
links_choose(struct links *ls, const struct digest *image, enum ask_kind kind,
	     uint32_t lane)
{
	unsigned max = lane != LANE_ANY   ? 1
		       : kind == ASK_HELD ? CONNS_HELD
					  : CONNS_MAX;
	uint32_t busy = kind == ASK_HELD ? PIPELINE_HELD : 1;
	struct link *l = find_link(ls, image, kind, lane);
	struct peer_conn *best;

	if (l == NULL)
		return NULL;
	best = best_of(l, NULL);
	if ((best == NULL || conn_owes(best) >= busy) && l->nconns < max) {
		struct peer_conn *fresh = open_conn(ls, l);

		if (best == NULL)
			best = fresh;
	}
	if (best != NULL)
		narrow(ls, best, lane);
	if (kind == ASK_HELD && (best == NULL || !conn_is_up(best)))
		best = borrow_conn(ls, l, best);
	return best;
}

int
links_open(struct links *ls, const struct digest *image)
{
	struct link *l = find_link(ls, image, ASK_HELD, LANE_ANY);

	return l != NULL && open_conn(ls, l) != NULL ? 0 : -1;
}

/* The one tried last may be of an image that the peer has no more. */
static void
rotate(struct links *ls)
{
	struct link *l = ls->first, **end = &l->next;

	while (*end != NULL)
		end = &(*end)->next;
	ls->first = l->next != NULL ? l->next : l;
	*end = l;
	l->next = NULL;
}

int
links_reopen(struct links *ls)
{
	if (ls->first->nconns == 0)
		rotate(ls);
	if (ls->first->nconns > 0) /* on its way, within CONNECT_NS */
		return 0;
	return open_conn(ls, ls->first) != NULL ? 0 : -1;
}

bool
links_unused(const struct links *ls)
{
	return ls->first == NULL;
}

unsigned
links_connections(const struct links *ls)
{
	unsigned n = 0;

	for (const struct link *l = ls->first; l != NULL; l = l->next)
		n += l->nconns;
	return n;
}

bool
links_any_up(const struct links *ls)
{
	for (const struct link *l = ls->first; l != NULL; l = l->next)
		for (unsigned i = 0; i < l->nconns; i++)
			if (conn_is_up(l->conn[i]))
				return true;
	return false;
}

const struct digest *
links_owing(const struct links *ls)
{
	for (const struct link *l = ls->first; l != NULL; l = l->next)
		for (unsigned i = 0; i < l->nconns; i++)
			if (conn_is_up(l->conn[i]) && conn_owes(l->conn[i]) > 0)
				return &l->image;
	return NULL;
}

void
links_remove(struct links *ls, struct peer_conn *c, int error)
{
	for (struct link *l = ls->first; l != NULL; l = l->next)
		for (unsigned i = 0; i < l->nconns; i++)
			if (l->conn[i] == c) {
				remove_conn(l, i, error);
				return;
			}
}

void
links_close(struct links *ls, int error)
{
	for (struct link *l = ls->first; l != NULL; l = l->next)
		while (l->nconns > 0)
			remove_conn(l, l->nconns - 1, error);
}

void
links_check(struct links *ls, int64_t now, int64_t hung_ns)
{
	for (struct link *l = ls->first; l != NULL; l = l->next)
		for (unsigned i = l->nconns; i-- > 0;) {
			struct peer_conn *c = l->conn[i];

			if (!conn_is_up(c) &&
			    now - conn_opened_ns(c) > CONNECT_NS)
				ls->ops->dead(ls->ctx, c, ETIMEDOUT);
			else if (conn_owes(c) == 0 &&
				 now - conn_used_ns(c) > IDLE_NS)
				remove_conn(l, i, ECANCELED);
			else if (now - hung_ns > conn_waits_since_ns(c))
				remove_conn(l, i, ETIMEDOUT);
			if (i > l->nconns) /* dead took others with it */
				i = l->nconns;
		}
}

struct links *
links_new(struct loop *l, const struct address *a, const struct window *window,
	  const struct conn_ops *ops, void *ctx)
{
	struct links *ls = calloc(1, sizeof *ls);

	if (ls == NULL)
		return NULL;
	ls->loop = l;
	ls->address = *a;
	ls->window = window;
	ls->ops = ops;
	ls->ctx = ctx;
	return ls;
}

void
links_free(struct links *ls)
{
	if (ls == NULL)
		return;
	links_close(ls, ECANCELED);
	while (ls->first != NULL) {
		struct link *l = ls->first;

		ls->first = l->next;
		free(l);
	}
	free(ls);
}
