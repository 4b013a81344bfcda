/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/cluster.h"

#include <errno.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lib/log.h"
#include "membership/wire/hold.h"
#include "router/cluster/announce.h"
#include "router/cluster/behind.h"
#include "router/cluster/departed.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/routes.h"
#include "router/cluster/rumour.h"
#include "router/image/image.h"

#define TICK_NS 100000000LL  /* pause between ticks; arbitrary */
#define MARK 10              /* ticks between two marks (behind_judge) */
#define WIDE_NS 5000000000LL /* trees are wide for so long; arbitrary */
/* how long a node counts as active after the last sign that it is */
#define ACTIVE_NS 2000000000LL
/* length of the first ban; it doubles with each wrong chunk, up to 6 times */
#define BAN_NS 10000000000LL

struct cluster {
	struct cluster_setup of;
	struct nodes *nodes;
	struct departed_list departed;
	int64_t reading_since_ns; /* 0: this node does not read */
	bool copying;             /* this node copies chunks */
	bool wide;
	uint32_t ticks;
	struct loop_timer tick;
};

static uint64_t
node_key(const struct node_id *id)
{
	return XXH64(id->b, sizeof id->b, 0);
}

static bool
node_active(const struct cluster *c, const struct node *n)
{
	int64_t now = loop_now_ns(c->of.loop);

	return c->wide || n->info.active || now - n->active_ns < ACTIVE_NS;
}

static bool
node_usable(const struct cluster *c, const struct node *n)
{
	return n->info.serves && peer_usable(n->peer) &&
	       n->banned_ns <= loop_now_ns(c->of.loop);
}

/* Brings rn, the route_node of this node, up to date. */
static void
update_self(const struct cluster *c, struct route_node *rn)
{
	rn->self = true;
	rn->active = cluster_self_active(c) && !c->of.direct;
	rn->reads = cluster_self_reading(c) && !c->of.direct;
}

/* Brings the route_node of the node at slot, not this node, up to date. */
static void
update_other(const struct cluster *c, struct image *im, uint32_t slot)
{
	const struct node *n = &c->nodes->at[slot];
	const struct proto_image *pi = node_image(n, &im->m->id);
	struct route_node *rn = &im->routes->at[slot];
	bool serves = pi != NULL && n->info.serves;

	rn->usable = pi != NULL && node_usable(c, n);
	rn->complete = pi != NULL && pi->complete;
	rn->small = n->info.budget > 0 && n->info.budget < im->m->size;
	rn->active = serves && node_active(c, n);
	rn->reads = serves && n->info.reads && pi->used;
	/* if the node later holds only a part of the image, it announces which
	 * chunks */
	if (pi == NULL || pi->complete)
		routes_held_forget(im, slot);
}

/* Brings the image's route_node at slot up to date.  If a field changes that
 * trees or line are built from, notes that they are stale. */
static void
update_route(const struct cluster *c, struct image *im, uint32_t slot)
{
	const struct node *n = &c->nodes->at[slot];
	struct route_node *rn = &im->routes->at[slot], was = *rn;

	if (!n->known) {
		routes_held_forget(im, slot);
		*rn = (struct route_node){0};
	} else {
		rn->key = node_key(&n->info.id);
		rn->since = n->info.since;
		if (slot == 0)
			update_self(c, rn);
		else
			update_other(c, im, slot);
	}
	if (rn->key != was.key || rn->active != was.active ||
	    rn->complete != was.complete || rn->self != was.self ||
	    rn->reads != was.reads || rn->since != was.since)
		im->routes->stale = true;
	im->routes->news += rn->key != was.key || rn->complete != was.complete;
}

/* Returns when the node's routes change even without news: when its ban ends,
 * or the last sign that it is active gets too old.  INT64_MAX: never. */
static int64_t
next_change_ns(const struct node *n, int64_t now)
{
	int64_t active_ns = n->active_ns + ACTIVE_NS, due_ns = INT64_MAX;

	if (n->banned_ns > now)
		due_ns = n->banned_ns;
	if (active_ns > now && active_ns < due_ns)
		due_ns = active_ns;
	return due_ns;
}

static void
update_slot(const struct cluster *c, uint32_t slot)
{
	struct node *n = &c->nodes->at[slot];
	struct image *im;

	IMAGES_FOREACH (im, c->of.images)
		if (slot < im->routes->n)
			update_route(c, im, slot);
	n->due_ns = next_change_ns(n, loop_now_ns(c->of.loop));
}

static void
update_all(const struct cluster *c)
{
	for (uint32_t i = 0; i < c->nodes->slots; i++)
		update_slot(c, i);
}

void
cluster_measure(const struct cluster *c, uint32_t slot)
{
	const struct node *n = nodes_at(c->nodes, slot);
	struct peer_stats st;
	struct image *im;

	if (n == NULL || n->peer == NULL)
		return;
	peer_get_stats(n->peer, &st);
	IMAGES_FOREACH (im, c->of.images)
		if (slot < im->routes->n) {
			im->routes->at[slot].outstanding = st.outstanding;
			im->routes->at[slot].rate = st.rate;
			im->routes->at[slot].trial = st.trial;
			im->routes->at[slot].shut = st.shut;
		}
}

/* Copies those measurements of peers to the route_nodes that change even if
 * nothing happens: the rate of a peer that is not asked any more becomes
 * unknown, and the ban of a lane ends. */
static void
age_rates(const struct cluster *c)
{
	const struct image *im;

	IMAGES_FOREACH (im, c->of.images)
		for (uint32_t i = 1; i < im->routes->n; i++)
			if (im->routes->at[i].rate != 0 ||
			    im->routes->at[i].shut != 0)
				cluster_measure(c, i);
}

/* Updates the routes to this node, and to nodes whose due_ns has come. */
static void
update_due(const struct cluster *c, int64_t now)
{
	update_slot(c, 0);
	for (uint32_t i = 1; i < c->nodes->slots; i++)
		if (c->nodes->at[i].due_ns <= now)
			update_slot(c, i);
	age_rates(c);
}

static uint32_t
new_slot(struct cluster *c)
{
	uint32_t slot = nodes_add(c->nodes);
	struct image *im;

	if (slot == ROUTE_NONE)
		return ROUTE_NONE;
	IMAGES_FOREACH (im, c->of.images)
		if (routes_grow(im, slot + 1) == -1)
			return ROUTE_NONE;
	return slot;
}

static void
forget_slot(struct cluster *c, uint32_t slot)
{
	struct node *n = &c->nodes->at[slot];

	rumour_forget(&n->rumours, &c->nodes->heard);
	peer_free(n->peer);
	*n = (struct node){0};
	update_slot(c, slot);
	c->of.ops->slot_gone(c->of.ctx, slot);
}

static uint32_t
add_node(struct cluster *c, const struct proto_node *info)
{
	uint32_t slot = new_slot(c);
	char text[ADDRESS_TEXT];
	struct node *n;

	if (slot == ROUTE_NONE)
		return ROUTE_NONE;
	n = &c->nodes->at[slot];
	n->peer = peer_new(c->of.peers, &info->nbd, (void *)(uintptr_t)slot);
	if (n->peer == NULL)
		return ROUTE_NONE;
	n->known = true;
	log_info("node %s joined at %s", info->name,
		 address_text(&info->nbd, text));
	return slot;
}

static bool
moved(const struct node *n, const struct proto_node *info, bool provisional)
{
	return !address_equal(&n->info.nbd, &info->nbd) &&
	       (n->provisional || !provisional);
}

/* Gives the node at slot a new struct peer for its new address.  Which chunks
 * it holds is kept, since they are the same, and the node does not announce
 * them again.  Returns -1 on ENOMEM. */
static int
move_node(struct cluster *c, uint32_t slot, const struct address *to)
{
	struct peer *p = peer_new(c->of.peers, to, (void *)(uintptr_t)slot);
	char text[ADDRESS_TEXT];

	if (p == NULL)
		return -1;
	log_info("node %s moved to %s", c->nodes->at[slot].info.name,
		 address_text(to, text));
	peer_free(c->nodes->at[slot].peer);
	c->nodes->at[slot].peer = p;
	cluster_measure(c, slot);
	c->of.ops->slot_gone(c->of.ctx, slot);
	return 0;
}

void
cluster_node(struct cluster *c, const struct proto_node *info, bool provisional)
{
	uint32_t slot = nodes_find(c->nodes, &info->id);

	/* ignores this node itself, also by an older UUID, and a node without
	 * an NBD address */
	if (slot == 0 || address_any(&info->nbd) ||
	    address_equal(&info->nbd, &c->nodes->at[0].info.nbd))
		return;
	if (slot != ROUTE_NONE &&
	    moved(&c->nodes->at[slot], info, provisional) &&
	    move_node(c, slot, &info->nbd) == -1)
		return;
	if (slot == ROUTE_NONE)
		slot = add_node(c, info);
	else if (provisional && !c->nodes->at[slot].provisional)
		return; /* the membership is more reliable than /view */
	if (slot == ROUTE_NONE)
		return;
	c->nodes->at[slot].info = *info;
	c->nodes->at[slot].provisional = provisional;
	departed_back(&c->departed, info);
	choice_hear(c->of.choice, info, provisional);
	if (info->active)
		c->nodes->at[slot].active_ns = loop_now_ns(c->of.loop);
	update_slot(c, slot);
	c->nodes->view_changed = true;
	c->of.ops->changed(c->of.ctx);
}

/* Keeps h, news of chunks of an image that is not known here, as a rumour. */
static void
hold_unknown(struct cluster *c, struct node *n, const struct proto_hold *h)
{
	const struct proto_image *pi = node_image(n, &h->image);

	if (pi != NULL)
		rumour_hold(&n->rumours, &c->nodes->heard, h,
			    proto_image_chunks(pi));
}

void
cluster_hold(struct cluster *c, const struct proto_hold *h)
{
	uint32_t slot = nodes_find(c->nodes, &h->node);
	struct image *im = image_by_id(c->of.images, &h->image);
	struct bitmap *held;

	if (slot == 0 || slot == ROUTE_NONE)
		return;
	if (im == NULL) {
		hold_unknown(c, &c->nodes->at[slot], h);
		return;
	}
	held = routes_held_said(im, slot);
	if (held != NULL)
		hold_apply(h, held);
	/* with due_ns 0, update_due frees the bitmap if the node is complete or
	 * does not have the image any more */
	if (im->routes->at[slot].complete || !im->routes->at[slot].usable)
		c->nodes->at[slot].due_ns = 0;
	c->of.ops->changed(c->of.ctx);
}

void
cluster_gone(struct cluster *c, const struct node_id *id,
	     enum proto_reason reason)
{
	uint32_t slot = nodes_find(c->nodes, id);

	if (slot == 0 || slot == ROUTE_NONE)
		return;
	/* a node that is silent, and announced no leave, was lost */
	if (reason == PROTO_REASON_UNKNOWN &&
	    !peer_usable(c->nodes->at[slot].peer))
		reason = PROTO_LOST;
	departed_log(&c->nodes->at[slot].info, reason);
	departed_add(&c->departed, &c->nodes->at[slot].info, reason,
		     loop_now_ns(c->of.loop));
	forget_slot(c, slot);
	c->nodes->view_changed = true;
	c->of.ops->changed(c->of.ctx);
}

/* Removes the provisional nodes: they are gone, since the membership has now
 * told of all nodes.  But if it has told of no other node, they stay: a member
 * that is still alone does not know who is gone. */
void
cluster_view(struct cluster *c, uint64_t seq)
{
	bool others = !nodes_alone(c->nodes);

	c->nodes->seq = seq;
	for (uint32_t i = 1; others && i < c->nodes->slots; i++)
		if (c->nodes->at[i].known && c->nodes->at[i].provisional) {
			departed_log(&c->nodes->at[i].info,
				     PROTO_REASON_UNKNOWN);
			forget_slot(c, i);
		}
}

int
cluster_image_opened(struct cluster *c, struct image *im)
{
	if (routes_image_opened(im, c->nodes, c->of.copies) == -1)
		return -1;
	for (uint32_t i = 0; i < im->routes->n; i++) {
		update_route(c, im, i);
		cluster_measure(c, i);
	}
	return 0;
}

uint32_t
cluster_slots(const struct cluster *c)
{
	return c->nodes->slots;
}

struct node *
cluster_at(const struct cluster *c, uint32_t slot)
{
	return nodes_at(c->nodes, slot);
}

const struct departed_list *
cluster_departed(struct cluster *c)
{
	departed_expire(&c->departed, loop_now_ns(c->of.loop));
	return &c->departed;
}

uint64_t
cluster_seq(const struct cluster *c)
{
	return c->nodes->seq;
}

void
cluster_lift_bans(struct cluster *c)
{

	for (uint32_t i = 1; i < c->nodes->slots; i++) {
		struct node *n = &c->nodes->at[i];

		if (!n->known)
			continue;
		peer_lift_ban(n->peer);
		if (n->banned_ns == 0)
			continue;
		n->banned_ns = 0;
		update_slot(c, i);
	}
}

void
cluster_lied(struct cluster *c, uint32_t slot)
{
	struct node *n = nodes_at(c->nodes, slot);
	unsigned doublings = n->bad_hashes < 6 ? n->bad_hashes : 6;

	n->bad_hashes++;
	n->banned_ns = loop_now_ns(c->of.loop) + (BAN_NS << doublings);
	/* logged whenever the number is a power of 2, as it may grow fast */
	if ((n->bad_hashes & (n->bad_hashes - 1)) == 0)
		log_warn("node %s sent a chunk with a wrong hash, %u by now: "
			 "avoided for %lld s",
			 n->info.name, n->bad_hashes,
			 (BAN_NS << doublings) / 1000000000LL);
	/* peer_drop calls cluster_peer_changed, which updates the routes; not
	 * for a suspect peer, which the routes have as unusable already */
	peer_drop(n->peer, ECANCELED);
}

/* Logs that a peer is useless: at its first verdict, and whenever the number of
 * verdicts in a row has doubled. */
static void
tell_useless(struct node *n)
{
	struct peer_stats st;

	peer_get_stats(n->peer, &st);
	if (st.useless && st.verdicts != n->told_useless &&
	    (st.verdicts & (st.verdicts - 1)) == 0)
		log_warn("node %s lives, owes %llu bytes and delivers nothing: "
			 "avoided for a while (%u in a row)",
			 n->info.name, (unsigned long long)st.outstanding,
			 st.verdicts);
	n->told_useless = st.verdicts;
}

void
cluster_peer_changed(struct cluster *c, struct peer *p)
{
	uint32_t slot = (uint32_t)(uintptr_t)peer_owner(p);

	if (nodes_at(c->nodes, slot) == NULL)
		return;
	tell_useless(nodes_at(c->nodes, slot));
	update_slot(c, slot);
	cluster_measure(c, slot);
	if (peer_usable(p))
		c->of.ops->changed(c->of.ctx);
}

void
cluster_self_changed(struct cluster *c)
{
	c->nodes->self_changed = true;
}

void
cluster_self_budget(struct cluster *c, uint64_t bytes)
{
	struct proto_node *self = &c->nodes->at[0].info;

	if (self->budget == bytes)
		return;
	self->budget = bytes;
	c->nodes->self_changed = true;
}

void
cluster_self_core(struct cluster *c, uint16_t member_port)
{
	c->nodes->at[0].info.member_port = member_port;
	c->nodes->self_changed = true;
	c->nodes->view_changed = true;
}

void
cluster_self_reads(struct cluster *c)
{
	struct image *im;

	if (c->reading_since_ns != 0)
		return;
	c->reading_since_ns = loop_now_ns(c->of.loop);
	c->wide = true;
	IMAGES_FOREACH (im, c->of.images)
		line_begin(&im->routes->line, c->reading_since_ns);
	update_all(c);
	c->nodes->self_changed = true;
}

void
cluster_self_copies(struct cluster *c, bool copies)
{
	c->copying = copies;
}

bool
cluster_self_reading(const struct cluster *c)
{
	return c->reading_since_ns != 0;
}

bool
cluster_self_active(const struct cluster *c)
{
	return c->reading_since_ns != 0 || c->copying;
}

const struct proto_node *
cluster_self(const struct cluster *c)
{
	return &c->nodes->at[0].info;
}

int64_t
cluster_last_read_ns(const struct cluster *c)
{
	return c->of.ops->last_read_ns(c->of.ctx);
}

static void
on_tick(void *ctx)
{
	struct cluster *c = ctx;
	int64_t now = loop_now_ns(c->of.loop);
	bool wide;

	if (c->reading_since_ns != 0 &&
	    now - cluster_last_read_ns(c) > ACTIVE_NS) {
		c->reading_since_ns = 0;
		c->nodes->self_changed = true;
	}
	wide = c->reading_since_ns == 0 || now - c->reading_since_ns < WIDE_NS;
	if (wide != c->wide) {
		c->wide = wide;
		update_all(c);
	}
	update_due(c, now);
	behind_judge(c->of.images, c->nodes, cluster_self_reading(c),
		     ++c->ticks % MARK == 0);
	choice_look(c->of.choice);
	c->of.ops->looked(c->of.ctx);
	announce_tick(c->of.announce, cluster_self_active(c),
		      cluster_self_reading(c));
	loop_timer_set(c->of.loop, &c->tick, now + TICK_NS);
}

struct cluster *
cluster_new(const struct cluster_setup *s)
{
	struct cluster *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->of = *s;
	c->nodes = s->nodes;
	c->wide = true;
	c->tick.fire = on_tick;
	c->tick.ctx = c;
	loop_timer_set(s->loop, &c->tick, clock_now_ns() + TICK_NS);
	return c;
}

void
cluster_disconnect(struct cluster *c)
{
	for (uint32_t i = 1; i < c->nodes->slots; i++)
		if (c->nodes->at[i].known)
			peer_drop(c->nodes->at[i].peer, ECANCELED);
}

void
cluster_free(struct cluster *c)
{
	if (c == NULL)
		return;
	loop_timer_cancel(c->of.loop, &c->tick);
	free(c);
}
