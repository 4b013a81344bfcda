/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file makes asks: it decides when a node is asked for a chunk, which
 * node, and when a second node is asked. */
#include "router/fetch/fetch_inside.h"

#include <stdlib.h>
#include <string.h>

#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/image/image.h"

/* so many asks may always be open, however large they are */
#define IN_FLIGHT_MIN 8
/* For so long after an image became known here (image.known_ns) other nodes may
 * hold chunks of it that this node has not heard of: they announce them after
 * CLIENT_BATCH_MS, or later in a large room (perf/NOTES, "Early"). */
#define YOUNG_NS (500 * NS_PER_MS)

bool
fetch_was_tried(const struct fetch *f, uint32_t slot)
{
	return route_was_tried(f->tried, f->ntried, slot);
}

/* Returns the lane of an ask to the node of `to`: LINE_LANE if it was chosen by
 * the line; the chunk's stripe if it was chosen by a tree, or is the complete
 * node at the tree's root; else LANE_ANY.  A node that reads alone uses just
 * the few connections of LANE_ANY: with many connections, their bursts would be
 * lost on a full link, and be sent again after pauses. */
static uint32_t
lane_of(const struct fetch *f, struct route to)
{
	const struct routes *rt = f->image->routes;

	if (to.line)
		return LINE_LANE;
	if (to.how == ROUTE_PARENT ||
	    (rt->at[to.node].complete && route_crowd(rt->trees) > 1))
		return f->chunk % ROUTE_STRIPES;
	return LANE_ANY;
}

struct routed *
fetch_new_ask(struct fetches *fs, struct fetch *f, struct route to)
{
	const struct manifest *m = f->image->m;
	struct routed *q = pool_get_zeroed(&fs->routed_pool);

	if (q == NULL)
		return NULL;
	q->ask.buf = buffer_get(f->image->buffers);
	if (q->ask.buf == NULL) {
		pool_put(&fs->routed_pool, q);
		return NULL;
	}
	q->ask.kind = to.how == ROUTE_HOLDER ? ASK_HELD
		      : to.line              ? ASK_LINE
					     : ASK_WHOLE;
	q->ask.lane = to.how == ROUTE_NOBODY ? 0 : lane_of(f, to);
	q->ask.image = m->id;
	q->ask.image_size = m->size;
	q->ask.offset = (uint64_t)f->chunk * m->chunk_size;
	q->ask.len = manifest_chunk_len(m, f->chunk);
	q->ask.owner = q;
	q->fetch = f;
	q->image = f->image;
	q->chunk = f->chunk;
	q->slot = to.node;
	q->how = to.how;
	q->own = f->urgency != FETCH_PEER;
	q->from_seed =
	    to.how == ROUTE_HOLDER && routes_is_seed(f->image, to.node);
	return q;
}

void
fetch_free_ask(struct fetches *fs, struct routed *q)
{
	buffer_put(q->ask.buf);
	pool_put(&fs->routed_pool, q);
}

void
fetch_count_ask(struct fetches *fs, struct fetch *f, struct routed *q)
{
	if (f->asks[1] != NULL)
		fetch_drop_ask(f->asks[0]);
	f->asks[f->asks[0] == NULL ? 0 : 1] = q;
	f->tried[f->ntried++] = q->slot;
	f->asked_ns = loop_now_ns(fs->of.loop);
	fs->in_flight += q->ask.len;
	fs->asks++;
	fs->own += q->own;
}

static bool
connected(const struct fetches *fs, const struct fetch *f, struct route to)
{
	return peer_connect(cluster_at(fs->of.cluster, to.node)->peer,
			    &f->image->m->id);
}

static bool
may_use_line(const struct fetches *fs, const struct fetch *f)
{
	return line_suits(&f->image->routes->line, fs->own,
			  loop_now_ns(fs->of.loop)) &&
	       !f->by_tree && !fetch_is_background(f->urgency);
}

/* Returns the node to ask: for FETCH_KEEP a holder, else a node by the
 * trees. */
static struct route
ask_image(struct fetches *fs, const struct fetch *f, const uint32_t *tried,
	  size_t ntried)
{
	if (f->urgency == FETCH_KEEP)
		return whom_ask_holder(&fs->whom, f->image, f->chunk, tried,
				       ntried);
	return whom_ask(&fs->whom, f->image, f->chunk, tried, ntried);
}

/* Returns the node to ask, chosen by the line, by the trees or among holders.
 * If the chosen holder has no connection that is open yet, another holder that
 * has one is preferred. */
static struct route
route_of(struct fetches *fs, const struct fetch *f)
{
	uint32_t tried[TRIED_MAX + 1];
	struct route to = {ROUTE_NOBODY, ROUTE_NONE, false}, other;

	if (may_use_line(fs, f))
		to = whom_ask_line(&fs->whom, f->image, f->tried, f->ntried);
	if (to.how == ROUTE_NOBODY)
		to = ask_image(fs, f, f->tried, f->ntried);
	if (to.how != ROUTE_HOLDER || to.line || connected(fs, f, to))
		return to;
	memcpy(tried, f->tried, sizeof f->tried);
	tried[f->ntried] = to.node;
	other = ask_image(fs, f, tried, f->ntried + 1);
	if (other.how != ROUTE_HOLDER || fetch_was_tried(f, other.node) ||
	    !connected(fs, f, other))
		return to;
	return other;
}

/* Asks a node for the fetch's chunk: the one that whom_ask_late names if `late`
 * is set, else the one that route_of names.  Returns 0; or -1 if no node is
 * left that was not tried, or memory is short. */
static int
ask_somebody(struct fetches *fs, struct fetch *f, bool late)
{
	struct route to = late ? whom_ask_late(&fs->whom, f->image, f->chunk,
					       f->tried, f->ntried)
			       : route_of(fs, f);
	struct routed *q;

	if (to.how == ROUTE_NOBODY || fetch_was_tried(f, to.node) ||
	    f->ntried == TRIED_MAX)
		return -1;
	q = fetch_new_ask(fs, f, to);
	if (q == NULL)
		return -1;
	fetch_count_ask(fs, f, q);
	if (q->ask.lane == LANE_ANY)
		pipe_sent(&fs->pipe, q->ask.len, f->asked_ns);
	peer_ask(cluster_at(fs->of.cluster, to.node)->peer, &q->ask);
	cluster_measure(fs->of.cluster, to.node);
	return 0;
}

/* Returns true if a fetch must wait because as much is on its way by LANE_ANY
 * as the link carries.  That bounds what may be needless, and, while the image
 * is young, also what a client reads now.  Otherwise the first readers would
 * all ask the only nodes that they know, the seeds, for all that they want, and
 * what was asked for cannot be asked of others later. */
static bool
must_wait(const struct fetches *fs, const struct fetch *f)
{
	const struct image *im = f->image;
	bool young = loop_now_ns(fs->of.loop) - im->known_ns < YOUNG_NS;

	return (f->urgency >= FETCH_AHEAD ||
		(f->urgency == FETCH_READ && young)) &&
	       pipe_full(&fs->pipe, im->m->chunk_size);
}

struct fetch *
fetch_next_queued(struct fetches *fs)
{
	bool full =
	    fs->asks >= IN_FLIGHT_MIN && fs->in_flight >= FETCH_IN_FLIGHT_BYTES;
	unsigned end = full ? FETCH_PEER + 1 : FETCH_URGENCIES;

	for (unsigned u = 0; u < end; u++) {
		struct fetch *f = TAILQ_FIRST(&fs->queued[u]);

		if (f != NULL)
			return must_wait(fs, f) ? NULL : f;
	}
	return NULL;
}

void
fetch_pump(struct fetches *fs)
{
	struct fetch *f;

	while ((f = fetch_next_queued(fs)) != NULL) {
		if (f->image->disk != NULL && fetch_ask_disk(fs, f) == 0) {
			fetch_move(fs, f, FETCH_ASKED);
			continue;
		}
		if (ask_somebody(fs, f, false) == -1) {
			fetch_stall(fs, f);
			continue;
		}
		if (f->failures == 0)
			patience_earn(&fs->patience);
		fetch_move(fs, f, FETCH_ASKED);
	}
	/* chunks are stored now, while this node waits for a peer, and not when
	 * a client waits for its next chunk */
	if (fs->asks > 0)
		images_settle(fs->of.images);
}

/* Returns true if the only node that was asked is the one before this node in
 * the line: a second node may then be asked, since the first may never get the
 * chunk. */
static bool
hangs_on_line(const struct fetch *f)
{
	return f->asks[0] != NULL && f->asks[0]->ask.kind == ASK_LINE &&
	       f->asks[1] == NULL && !f->asks[0]->writes;
}

void
fetch_by_tree(struct fetches *fs, struct fetch *f)
{
	f->by_tree = true;
	if (!hangs_on_line(f))
		return;
	(void)ask_somebody(fs, f, false);
	fs->oldest_ns = INT64_MIN;
}

/* Called when the node in the line that was asked has not brought the chunk in
 * time: passes that node over, and makes the fetch ask by the trees. */
static void
leave_line(struct fetches *fs, struct fetch *f, int64_t now)
{
	const struct routed *q = f->asks[0];

	if (q->ask.peer != NULL)
		line_pass_over(&f->image->routes->line, q->slot, now);
	fetch_by_tree(fs, f);
	/* even if no node could be asked now, the next try comes only after the
	 * same time */
	f->asked_ns = now;
}

/* Returns true if another node should be asked for the chunk of q, since the
 * peer of q is lost or useless, or is on trial and takes longer than peers
 * usually do. */
static bool
is_lost(const struct routed *q, int64_t waits_ns, int64_t late_ns)
{
	const struct peer *p = q->ask.peer;

	return p != NULL && (peer_is_lost(p) || peer_is_useless(p, &q->ask) ||
			     (peer_on_trial(p) && waits_ns > late_ns));
}

/* Returns the reason for which a fetch may ask one more node: a second one; or
 * a third one, if both that were asked are lost, as when many die at once.
 * PATIENCE_NO: the fetch may not ask one more. */
static enum patience_why
why_again(const struct fetches *fs, const struct fetch *f, int64_t now,
	  int64_t late)
{
	const struct peer *p = f->asks[0]->ask.peer;
	struct patience_owed o = {
	    .waited_for = !LIST_EMPTY(&f->waiters),
	    .suspect = p != NULL && peer_is_suspect(p),
	    .lost = is_lost(f->asks[0], now - f->asked_ns, late),
	    .alone = p != NULL && p == fs->sole,
	    .twice = f->asks[1] != NULL,
	    .waits_ns = now - f->asked_ns,
	    .silent_ns = p != NULL ? peer_silent_ns(p) : INT64_MAX,
	};

	o.twice_lost =
	    o.twice && o.lost && is_lost(f->asks[1], now - f->asked_ns, late);
	return patience_again(&fs->patience, &o, late);
}

/* Called when all nodes were asked, and those that still owe the chunk will not
 * deliver it: forgets which nodes were tried, so that all are asked again after
 * a pause.  Otherwise nodes that wait for each other in a circle, by line and
 * trees, would wait for ever. */
static void
ask_all_again(struct fetches *fs, struct fetch *f)
{
	f->ntried = 0;
	for (unsigned i = 0; i < 2; i++)
		if (f->asks[i] != NULL)
			f->tried[f->ntried++] = f->asks[i]->slot;
	fetch_pause(fs, f);
}

/* Returns the only peer that owes chunks for which no second node was asked;
 * fetches of FETCH_FILL are not counted.  NULL: several peers owe such chunks,
 * or none does. */
static const struct peer *
sole_debtor(const struct fetches *fs)
{
	const struct peer *sole = NULL;
	const struct fetch *f;

	TAILQ_FOREACH (f, &fs->asked, entry) {
		if (f->urgency == FETCH_FILL || f->asks[1] != NULL ||
		    fetch_at_disk(f->asks[0]))
			continue;
		if (sole != NULL && sole != f->asks[0]->ask.peer)
			return NULL;
		sole = f->asks[0]->ask.peer;
	}
	return sole;
}

/* Returns true if second asks for this reason are not paid from a budget.  If
 * no node can be asked, they are bounded by a pause instead (f->retry_ns). */
static bool
unpaid(enum patience_why why)
{
	return why == PATIENCE_MUST || why == PATIENCE_ALONE;
}

/* For a fetch whose chunk was asked for only by the line: asks a second node by
 * the trees, if another node waits for the chunk by a tree, or the line takes
 * long.  If all nodes were tried before, they are asked again after a pause. */
static void
hedge_line(struct fetches *fs, struct fetch *f, int64_t now)
{
	int64_t waits_ns = now - f->asked_ns;

	if (waits_ns > LINE_PATIENCE_NS)
		leave_line(fs, f, now);
	else if ((f->by_tree || waits_ns > LINE_HEDGE_NS) &&
		 now >= f->retry_ns) {
		f->by_tree = true;
		if (ask_somebody(fs, f, false) == -1)
			ask_all_again(fs, f);
	}
}

/* Returns true if, as long as no peer is doubted, no second node is to be asked
 * for the chunk of f: nobody waits for the chunk; or it was asked for after
 * young_ns, and not only by the line while another node waits for it by a
 * tree. */
static bool
asks_no_more(const struct fetch *f, int64_t young_ns)
{
	return LIST_EMPTY(&f->waiters) ||
	       (f->asked_ns >= young_ns && !(f->by_tree && hangs_on_line(f)));
}

static void
hedge(struct fetches *fs, struct fetch *f, int64_t now, int64_t late)
{
	enum patience_why why;

	/* disk.c bounds how long a read of the disk may take */
	if (fetch_at_disk(f->asks[0]))
		return;
	if (hangs_on_line(f) && !LIST_EMPTY(&f->waiters))
		hedge_line(fs, f, now);
	why = why_again(fs, f, now, late);
	if (why == PATIENCE_NO || (unpaid(why) && now < f->retry_ns))
		return;
	if (ask_somebody(fs, f, why == PATIENCE_LATE) == 0) {
		patience_spend(&fs->patience, why);
		fs->count.hedged++;
	} else if (unpaid(why)) {
		ask_all_again(fs, f);
	} else {
		/* no other node could be asked: the next try comes only after
		 * the same time */
		f->asked_ns = now;
	}
}

void
fetch_hedge(struct fetches *fs, int64_t now)
{
	int64_t late = patience_late_ns(peers_usual(fs->of.peers));
	int64_t young_ns = now - (late < LINE_HEDGE_NS ? late : LINE_HEDGE_NS);
	bool doubted = peers_doubted(fs->of.peers), counted = false;
	struct fetch *f;

	if (!doubted && fs->oldest_ns >= young_ns)
		return;
	fs->oldest_ns = now;
	TAILQ_FOREACH (f, &fs->asked, entry) {
		if (f->asked_ns < fs->oldest_ns)
			fs->oldest_ns = f->asked_ns;
		if (!doubted && asks_no_more(f, young_ns))
			continue;
		fs->oldest_ns = INT64_MIN;
		if (!counted)
			fs->sole = sole_debtor(fs);
		counted = true;
		hedge(fs, f, now, late);
	}
}
