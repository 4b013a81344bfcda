/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Keeps the view, which is what all nodes know of each other.  All nodes hear
 * of a change after opt.news_ns, and of a death after opt.gone_ns. */
#include <stdlib.h>
#include <string.h>

#include "perf/sim/sim.h"

/* WIDE_NS and ACTIVE_NS have the values that they have in
 * router/cluster/cluster.c. */
#define TICK_NS (20 * MS)
#define WIDE_NS (5000 * MS)
#define GAIN_NS (1000 * MS)
#define ACTIVE_NS (2000 * MS)
#define JUDGE_NS (100 * MS)
/* added to JUDGE_NS for each node, so that nodes judge less often if there are
 * many */
#define JUDGE_EACH_NS 100000

struct route_node *view;

static bool *reads; /* reads[i]: others know that node i reads */
/* for each node, its pace as in the view, but with the number of chunks that
 * others know it to hold now */
static struct route_pace *paces;
/* members: how often the set of nodes has changed; actives: how often the set
 * of active nodes has */
static uint32_t members, actives;

void
view_make(void)
{
	view = must(calloc(nnodes, sizeof *view));
	reads = must(calloc(nnodes, sizeof *reads));
	paces = must(calloc(nnodes, sizeof *paces));
}

void
view_add(struct node *n, bool present)
{
	struct route_node *rn = &view[n->number];
	bool seed = n->number < opt.seeds;

	rn->key = any();
	rn->complete = seed;
	rn->held = seed ? NULL : n->said;
	rn->usable = n->present = present;
	n->line_members = n->line_active = UINT32_MAX;
}

void
view_held(struct node *n, uint32_t chunk, bool held)
{
	struct news *was = n->news;
	uint32_t i;

	if (n->nnews == n->news_room) {
		n->news_room = n->news_room > 0 ? 2 * n->news_room : 16;
		n->news = must(calloc(n->news_room, sizeof *n->news));
		for (i = 0; i < n->nnews; i++)
			n->news[i] = was[(n->news_first + i) % n->nnews];
		n->news_first = 0;
		free(was);
	}
	i = (n->news_first + n->nnews++) % n->news_room;
	n->news[i] = (struct news){event_now_ns(), chunk, held};
}

void
view_said(struct node *n, uint32_t chunk, bool held)
{
	if (held)
		bitmap_add(n->said, chunk);
	else
		bitmap_remove(n->said, chunk);
	paces[n->number].held = bitmap_count(n->said);
}

static void
tell_held(struct node *n, int64_t until)
{
	while (n->nnews > 0 && n->news[n->news_first].at_ns <= until) {
		const struct news *s = &n->news[n->news_first];

		view_said(n, s->chunk, s->held);
		n->news_first = (n->news_first + 1) % n->news_room;
		n->nnews--;
	}
}

/* Enters into the view that node n has come or died, if it is time for the
 * others to know. */
static void
tell_member(struct node *n, int64_t now)
{
	struct route_node *rn = &view[n->number];
	int64_t died = n->death.at_ns;

	if (!n->present && n->began_ns >= 0 && !n->dead &&
	    now >= n->began_ns + opt.news_ns) {
		rn->usable = n->present = true;
		members++;
	}
	if (!n->dead || !n->present)
		return;
	if (now >= died + opt.gone_ns)
		rn->usable = false;
	if (now >= died + opt.gone_ns + opt.keep_ns) {
		n->present = false;
		members++;
	}
}

static void
tell_reading(struct node *n, int64_t now)
{
	bool is =
	    n->present && n->began_ns >= 0 &&
	    now >= n->began_ns + opt.news_ns &&
	    (n->ended_ns == 0 || now < n->ended_ns + ACTIVE_NS + opt.news_ns);

	if (is == reads[n->number])
		return;
	view[n->number].since = opt.late_join ? n->began_ns / (1000 * MS) : 0;
	reads[n->number] = is;
	actives++;
}

/* Enters into the view that node n is complete, and so stands before all
 * others.
 */
static void
tell_complete(struct node *n)
{
	struct route_node *rn = &view[n->number];

	if (rn->complete || !n->present || bitmap_count(n->said) < opt.nchunks)
		return;
	rn->complete = true;
	members++;
}

static void
spread(struct event *e)
{
	static int64_t marked_ns;
	bool marks = event_now_ns() >= marked_ns + GAIN_NS;
	int64_t now = event_now_ns();
	uint32_t i;

	for (i = opt.seeds; i < nnodes; i++) {
		tell_held(&nodes[i], now - opt.news_ns);
		tell_member(&nodes[i], now);
		tell_reading(&nodes[i], now);
		tell_complete(&nodes[i]);
		if (marks) {
			route_pace_mark(&view[i].pace, paces[i].held, reads[i]);
			paces[i] = view[i].pace;
		}
		if (!nodes[i].dead)
			node_retry_parked(&nodes[i]);
	}
	if (marks)
		marked_ns = now;
	event_after(e, TICK_NS);
}

void
view_begin(void)
{
	static struct event news = {.happen = spread};
	uint32_t i;

	/* Chunks that were spread beforehand do not count as a reader's
	 * progress. */
	for (i = opt.seeds; i < nnodes; i++)
		view[i].pace.held = paces[i].held = bitmap_count(nodes[i].said);
	event_at(&news, TICK_NS);
}

static bool
is_wide(const struct node *n)
{
	int64_t now = event_now_ns();

	if (n->began_ns < 0 || now - n->began_ns < WIDE_NS)
		return true;
	return n->ended_ns > 0 && now - n->ended_ns > ACTIVE_NS;
}

/* Decides anew which nodes n takes to be behind.  Returns true if the set of
 * these nodes has changed. */
static bool
judge(struct node *n)
{
	struct route_pace own = paces[n->number];
	uint32_t i, was;
	uint32_t room = opt.budget > 0 ? opt.budget : opt.nchunks;
	int64_t now = event_now_ns();
	bool changed = false, is;

	if (!opt.shun || n->ended_ns > 0 ||
	    now < n->judged_ns + JUDGE_NS + nnodes * JUDGE_EACH_NS)
		return false;
	n->judged_ns = now;
	own.held = bitmap_count(n->held);
	if (n->behind == NULL)
		n->behind = must(bitmap_new(nnodes));
	for (i = opt.seeds; i < nnodes; i++) {
		was = bitmap_count(n->behind) > 0 && bitmap_has(n->behind, i);
		if (!was && paces[i].held >= own.held)
			continue;
		is = !view[i].complete &&
		     route_is_behind(own, paces[i], room, was);
		if (is == was)
			continue;
		changed = true;
		if (is)
			bitmap_add(n->behind, i);
		else
			bitmap_remove(n->behind, i);
	}
	return changed;
}

static void
build_trees(struct node *n)
{
	bool wide = is_wide(n);
	uint32_t i;

	if (n->trees != NULL && n->built_members == members &&
	    n->built_wide == wide && (wide || n->built_active == actives))
		return;
	if (n->trees == NULL)
		n->trees =
		    must(route_trees_new(opt.copies > 0 ? opt.copies : 3));
	for (i = opt.seeds; i < nnodes; i++) {
		view[i].active = nodes[i].present && (wide || reads[i]);
		view[i].behind = n->behind != NULL && bitmap_has(n->behind, i);
	}
	if (route_trees_build(n->trees, view, nnodes) == -1)
		must(NULL);
	n->built_members = members;
	n->built_active = actives;
	n->built_wide = wide;
}

/* Builds n's line from what all nodes know, and from what n alone knows so far:
 * when n began to read, and whether n reads. */
static void
build_line(struct node *n)
{
	struct route_node *self = &view[n->number];
	uint32_t i;

	if (n->line_members == members && n->line_active == actives)
		return;
	for (i = opt.seeds; i < nnodes; i++) {
		view[i].reads = reads[i];
		view[i].behind = n->behind != NULL && bitmap_has(n->behind, i);
	}
	self->reads = n->began_ns >= 0 && n->ended_ns == 0;
	self->since = opt.late_join ? n->began_ns / (1000 * MS) : 0;
	if (line_build(&n->line, view, nnodes) == -1)
		must(NULL);
	n->line_members = members;
	n->line_active = actives;
}

/* Enters into the view what only n knows (`on` is true), or removes that
 * again. */
static void
patch(struct node *n, bool on)
{
	const struct opinion *o = n->opinions;
	const struct node *of;
	uint32_t i;

	view[n->number].self = on;
	for (i = 0; i < n->nopinions; i++) {
		view[o[i].of].outstanding = on ? o[i].outstanding : 0;
		if (!o[i].bad)
			continue;
		of = &nodes[o[i].of];
		view[o[i].of].usable =
		    !on && of->present &&
		    event_now_ns() < of->death.at_ns + opt.gone_ns;
	}
}

/* Makes n leave the peers that owe it chunks and were just found to be behind,
 * since n would wait long for those chunks. */
static void
leave(struct node *n)
{
	struct peer *p;

	for (p = n->known; p != NULL; p = p->next_known)
		if (p->owed > 0 && bitmap_has(n->behind, p->to->number))
			node_leave_peer(p);
}

struct route
view_choose(struct fetch *f, bool late)
{
	struct node *n = f->node;
	struct route r = {ROUTE_HOLDER, n->random % opt.seeds, false};

	if (opt.direct && late)
		r.how = ROUTE_NOBODY;
	if (opt.direct)
		return r;
	if (!n->leaving && judge(n)) {
		n->leaving = true;
		n->built_members = n->line_members = UINT32_MAX;
		leave(n);
		n->leaving = false;
	}
	patch(n, true);
	build_trees(n);
	r.how = ROUTE_NOBODY;
	if (opt.line && !late && !f->by_tree &&
	    line_suits(&n->line, n->in_flight, event_now_ns())) {
		build_line(n);
		r = line_choose(&n->line, view, nnodes, f->tried, f->ntried,
				&n->random, event_now_ns());
	}
	if (r.how == ROUTE_NOBODY)
		r = (late ? route_choose_late
			  : route_choose)(n->trees, view, nnodes, f->chunk,
					  f->tried, f->ntried, &n->random);
	patch(n, false);
	return r;
}

/* Gives node n, before the run begins, the copies of chunks that n would keep.
 */
void
view_spread_copies(struct node *n)
{
	uint32_t c;

	view[n->number].self = true;
	build_trees(n);
	for (c = 0; c < opt.nchunks; c++)
		if (route_keeps(n->trees, view, nnodes, c, opt.copies)) {
			bitmap_add(n->held, c);
			view_said(n, c, true);
		}
	view[n->number].self = false;
	n->built_members = UINT32_MAX;
}
