/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* A link's level is the rate that the link offers each of its flows; a flow
 * takes the least rate that its links offer.  The level is chosen so that the
 * flows fill the link exactly; if other links bound all of its flows, it is
 * more than any of them takes.  If that holds for all links, the rates are
 * max-min fair.
 *
 * When a flow comes or goes, the levels of its links are computed anew, then
 * those of each link with a flow whose rate has changed by more than the part
 * NOTICE of it.  A change is followed to at most ROUNDS links; the rates on
 * others are corrected by the next change nearby, which comes soon.  (With
 * NOTICE 0.02, SAME 0.002 and ROUNDS 200 a run takes twice the time, and its
 * throughputs differ from those with the present values by 0.001.)
 */
#include "perf/sim/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "perf/sim/cache.h"

#define NOTICE 0.1
/* two rates whose difference is a smaller part of them are taken as equal */
#define SAME 0.02
#define ROUNDS 8
/* bytes/ns: the level that stands for "no link", under number 0 */
#define ENDLESS 1e9

/* `levels`, `queued` and `links` have an entry for each link's number; number 0
 * stands for "no link". */
static double *levels; /* bytes/ns that each link offers a flow of weight 1 */
static bool *queued;
static struct link **links;
static uint32_t nlinks, room;
static struct link *work[ROUNDS];
static uint32_t nwork;
/* for each flow of the link that is looked at, the least rate that the flow's
 * other links offer */
static double *offers;
static uint32_t most_flows;

static void *
resize(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (p == NULL) {
		perror("sim");
		exit(1);
	}
	return p;
}

void
link_init(struct link *l, double bytes_per_s)
{
	if (nlinks + 1 >= room) {
		room = room > 0 ? 2 * room : 64;
		levels = resize(levels, room, sizeof *levels);
		queued = resize(queued, room, sizeof *queued);
		links = resize(links, room, sizeof *links);
		levels[0] = ENDLESS;
	}
	*l = (struct link){.cap = bytes_per_s / 1e9, .number = ++nlinks};
	levels[l->number] = l->cap;
	queued[l->number] = false;
	links[l->number] = l;
}

static double
least(double a, double b)
{
	return b < a ? b : a;
}

/* Returns the least rate that the flow's other links offer it. */
static double
offered(const struct share *s)
{
	return least(levels[s->others[0]],
		     least(levels[s->others[1]], levels[s->others[2]]));
}

/* Sums over the flows of a link, for a given level.  taken: the sum of the
 * rates of the flows to which another link offers less than this level; most:
 * the highest such offer; unbound: the sum of the weights of all other
 * flows. */
struct shared {
	double taken, most, unbound;
};

static struct shared
share_out(const struct link *l, double level)
{
	struct shared sh = {0};
	uint32_t i;

	for (i = 0; i < l->nflows; i++) {
		double o = offers[i], weight = l->shares[i].weight;
		bool bound = o <= level;

		/* written without branches, which no processor could predict */
		sh.unbound += bound ? 0 : weight;
		sh.taken += bound ? o * weight : 0;
		sh.most = bound && o > sh.most ? o : sh.most;
	}
	return sh;
}

static double
find_level(const struct link *l)
{
	double unbound = 0, was = 1e18, level;
	struct shared sh;
	uint32_t i;

	for (i = 0; i < l->nflows; i++) {
		offers[i] = offered(&l->shares[i]);
		unbound += l->shares[i].weight;
	}
	level = unbound > 0 ? l->cap / unbound : l->cap;
	for (;;) {
		sh = share_out(l, level);
		if (sh.unbound == 0)
			return sh.most +
			       (sh.taken < l->cap ? l->cap - sh.taken : 0);
		if (sh.unbound >= was)
			return level;
		was = sh.unbound;
		level = (l->cap - sh.taken) / sh.unbound;
	}
}

static void
later(uint32_t link)
{
	if (link == 0 || nwork == ROUNDS || queued[link])
		return;
	queued[link] = true;
	work[nwork++] = links[link];
	__builtin_prefetch(links[link]);
}

static void
flow_progress(struct flow *f)
{
	int64_t now = event_now_ns();

	f->left -= f->rate * (now - f->since_ns);
	f->since_ns = now;
}

static void
set_rate(const struct share *s, double rate)
{
	struct flow *f = s->flow;
	double change = fabs(rate - f->rate), ns;
	int64_t whole_ns;
	uint32_t i;

	if (change <= SAME * f->rate)
		return;
	if (change > NOTICE * f->rate)
		for (i = 0; i < FLOW_ENDS - 1; i++)
			later(s->others[i]);
	flow_progress(f);
	f->rate = rate;
	ns = (f->left > 0 ? f->left : 0) / rate;
	whole_ns = ns;
	event_after(&f->done, whole_ns + (whole_ns < ns));
}

static void
find_rates(struct link *l)
{
	double level = levels[l->number] = find_level(l);
	uint32_t i;

	for (i = 0; i < l->nflows; i++)
		set_rate(&l->shares[i],
			 least(offers[i], level) * l->shares[i].weight);
}

void
link_bring_shares(const struct link *l)
{
	cache_bring(l->shares, l->nflows * sizeof *l->shares);
}

void
link_bring_flows(const struct link *l)
{
	uint32_t i;

	for (i = 0; i < l->nflows; i++)
		__builtin_prefetch(l->shares[i].flow);
}

static void
settle(void)
{
	uint32_t i;

	for (i = 0; i < nwork; i++) {
		if (i + 2 < nwork)
			link_bring_shares(work[i + 2]);
		if (i + 1 < nwork)
			link_bring_flows(work[i + 1]);
		find_rates(work[i]);
	}
	for (i = 0; i < nwork; i++)
		queued[work[i]->number] = false;
	nwork = 0;
}

static void
attach(struct flow *f, uint32_t end)
{
	struct link *l = f->end[end];
	struct share *s;
	uint32_t i, n = 0;

	if (l->nflows == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 8;
		l->shares = resize(l->shares, l->room, sizeof *l->shares);
	}
	if (l->room > most_flows) {
		most_flows = l->room;
		offers = resize(offers, most_flows, sizeof *offers);
	}
	f->at[end] = l->nflows;
	s = &l->shares[l->nflows++];
	*s = (struct share){.flow = f, .weight = f->weight};
	for (i = 0; i < f->nends; i++)
		if (i != end)
			s->others[n++] = f->end[i]->number;
}

static void
detach(struct flow *f, uint32_t end)
{
	struct link *l = f->end[end];
	struct share *last = &l->shares[--l->nflows];
	uint32_t i;

	l->shares[f->at[end]] = *last;
	for (i = 0; last->flow->end[i] != l;)
		i++;
	last->flow->at[i] = f->at[end];
}

void
flow_start(struct flow *f, struct link *const ends[FLOW_ENDS], uint32_t bytes,
	   double weight)
{
	uint32_t i;

	f->left = bytes;
	f->rate = 0;
	f->weight = weight;
	f->since_ns = event_now_ns();
	f->nends = 0;
	for (i = 0; i < FLOW_ENDS; i++)
		if (ends[i] != NULL)
			f->end[f->nends++] = ends[i];
	for (i = 0; i < f->nends; i++)
		attach(f, i);
	for (i = 0; i < f->nends; i++)
		later(f->end[i]->number);
	settle();
}

void
flow_end(struct flow *f)
{
	uint32_t i;

	flow_progress(f);
	event_cancel(&f->done);
	for (i = 0; i < f->nends; i++)
		detach(f, i);
	for (i = 0; i < f->nends; i++)
		later(f->end[i]->number);
	settle();
}
