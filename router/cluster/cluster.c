/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/cluster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lib/log.h"
#include "membership/wire/hold.h"
#include "router/cluster/announce.h"
#include "router/cluster/behind.h"
#include "router/cluster/choice.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"
#include "router/want/reads.h"
#include "router/router.h"
#include "router/cluster/rumour.h"

#define TICK_NS 100000000LL
#define MARK 10 /* ticks: paces are compared over that long */
#define WIDE_NS 5000000000LL
#define ACTIVE_NS 2000000000LL /* after the last read or sign of activity */
#define BAN_NS 10000000000LL   /* doubled with each lie, 64 times at most */

struct cluster {
	struct router *r;
	struct node *nodes;
	uint32_t slots, capacity;
	int64_t reading_since_ns; /* 0: nobody reads here */
	bool wide;
	uint32_t ticks;
	struct loop_timer tick;
	struct announce *announce;
};

static uint64_t
node_key(const struct node_id *id)
{
	return XXH64(id->b, sizeof id->b, 0);
}

static uint32_t
find_slot(const struct cluster *c, const struct node_id *id)
{
	for (uint32_t i = 0; i < c->slots; i++)
		if (c->nodes[i].known &&
		    node_id_equal(&c->nodes[i].info.id, id))
			return i;
	return ROUTE_NONE;
}

static const struct proto_image *
node_image(const struct node *n, const struct digest *id)
{
	for (unsigned i = 0; i < n->info.nimages; i++)
		if (digest_equal(&n->info.images[i].id, id))
			return &n->info.images[i];
	return NULL;
}

static bool
node_active(const struct cluster *c, const struct node *n)
{
	int64_t now = loop_now_ns(c->r->loop);

	return c->wide || n->info.active || now - n->active_ns < ACTIVE_NS;
}

static bool
node_usable(const struct cluster *c, const struct node *n)
{
	return n->info.serves && peer_usable(n->peer) &&
	       n->banned_ns <= loop_now_ns(c->r->loop);
}

/* What the node at slot is for this image.  Stale trees are told apart from
 * what route_choose reads as it goes. */
static void
update_route(struct cluster *c, struct image *im, uint32_t slot)
{
	struct node *n = &c->nodes[slot];
	struct route_node *rn = &im->route[slot], was = *rn;
	const struct proto_image *pi;

	if (!n->known) {
		bitmap_free((struct bitmap *)rn->held);
		*rn = (struct route_node){0};
	} else if (slot == 0) {
		rn->key = node_key(&n->info.id);
		rn->self = true;
		rn->active = cluster_self_active(c->r) && !c->r->cfg.direct;
		rn->reads = cluster_self_reading(c->r) && !c->r->cfg.direct;
		rn->since = n->info.since;
	} else {
		pi = node_image(n, &im->m->id);
		rn->key = node_key(&n->info.id);
		rn->usable = pi != NULL && node_usable(c, n);
		rn->complete = pi != NULL && pi->complete;
		rn->active = pi != NULL && n->info.serves && node_active(c, n);
		rn->reads =
		    pi != NULL && n->info.serves && n->info.reads && pi->used;
		rn->since = n->info.since;
		/* what was measured of one that nobody asks grows old */
		cluster_touched(c->r, im, slot);
		if (pi == NULL || pi->complete) {
			/* when it holds parts of it again it says which */
			bitmap_free((struct bitmap *)rn->held);
			rn->held = NULL;
		}
	}
	if (rn->key != was.key || rn->active != was.active ||
	    rn->complete != was.complete || rn->self != was.self ||
	    rn->reads != was.reads || rn->since != was.since)
		im->trees_stale = true;
}

static void
update_slot(struct cluster *c, uint32_t slot)
{
	for (struct image *im = c->r->images; im != NULL; im = im->next)
		update_route(c, im, slot);
}

static void
update_all(struct cluster *c)
{
	for (uint32_t i = 0; i < c->slots; i++)
		update_slot(c, i);
}

static int
grow(struct cluster *c)
{
	uint32_t capacity = c->capacity * 2;
	struct node *nodes = reallocarray(c->nodes, capacity, sizeof *nodes);

	if (nodes == NULL)
		return -1;
	c->nodes = nodes;
	for (struct image *im = c->r->images; im != NULL; im = im->next) {
		struct route_node *rn =
		    reallocarray(im->route, capacity, sizeof *rn);

		if (rn == NULL)
			return -1;
		memset(rn + c->capacity, 0, c->capacity * sizeof *rn);
		im->route = rn;
	}
	memset(nodes + c->capacity, 0, c->capacity * sizeof *nodes);
	c->capacity = capacity;
	return 0;
}

static uint32_t
new_slot(struct cluster *c)
{
	for (uint32_t i = 1; i < c->slots; i++)
		if (!c->nodes[i].known)
			return i;
	if (c->slots == CLUSTER_NODES_MAX ||
	    (c->slots == c->capacity && grow(c) == -1))
		return ROUTE_NONE;
	return c->slots++;
}

static void
forget_slot(struct cluster *c, uint32_t slot)
{
	struct node *n = &c->nodes[slot];

	log_info("node %s left", n->info.name);
	rumour_forget(&n->rumours);
	peer_free(n->peer);
	*n = (struct node){0};
	update_slot(c, slot);
	fetch_slot_gone(c->r, slot);
}

static uint32_t
add_node(struct cluster *c, const struct proto_node *info)
{
	uint32_t slot = new_slot(c);
	char text[ADDRESS_TEXT];
	struct node *n;

	if (slot == ROUTE_NONE)
		return ROUTE_NONE;
	n = &c->nodes[slot];
	n->peer = peer_new(c->r->peers, &info->nbd, (void *)(uintptr_t)slot);
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

/* What it holds it holds at the new address too, and will not say again. */
static int
move_node(struct cluster *c, uint32_t slot, const struct address *to)
{
	struct peer *p = peer_new(c->r->peers, to, (void *)(uintptr_t)slot);
	char text[ADDRESS_TEXT];

	if (p == NULL)
		return -1;
	log_info("node %s moved to %s", c->nodes[slot].info.name,
		 address_text(to, text));
	peer_free(c->nodes[slot].peer);
	c->nodes[slot].peer = p;
	for (struct image *im = c->r->images; im != NULL; im = im->next)
		im->route[slot].outstanding = im->route[slot].rate = 0;
	fetch_slot_gone(c->r, slot);
	return 0;
}

void
cluster_node(struct router *r, const struct proto_node *info, bool provisional)
{
	struct cluster *c = r->cluster;
	uint32_t slot = find_slot(c, &info->id);

	/* an earlier self, under another UUID, would have us wait for us */
	if (slot == 0 || address_any(&info->nbd) ||
	    address_equal(&info->nbd, &c->nodes[0].info.nbd))
		return;
	if (slot != ROUTE_NONE && moved(&c->nodes[slot], info, provisional) &&
	    move_node(c, slot, &info->nbd) == -1)
		return;
	if (slot == ROUTE_NONE)
		slot = add_node(c, info);
	else if (provisional && !c->nodes[slot].provisional)
		return; /* the membership knows better */
	if (slot == ROUTE_NONE)
		return;
	c->nodes[slot].info = *info;
	c->nodes[slot].provisional = provisional;
	choice_hear(r, &info->word);
	if (info->active)
		c->nodes[slot].active_ns = loop_now_ns(r->loop);
	update_slot(c, slot);
	announce_view_changed(c->announce);
	fetch_retry(r);
}

/* Of an image that is not known here, or not yet. */
static void
hold_unknown(struct node *n, const struct proto_hold *h)
{
	const struct proto_image *pi = node_image(n, &h->image);

	if (pi != NULL)
		rumour_hold(&n->rumours, h, proto_image_chunks(pi));
}

void
cluster_hold(struct router *r, const struct proto_hold *h)
{
	struct cluster *c = r->cluster;
	uint32_t slot = find_slot(c, &h->node);
	struct image *im = image_by_id(r, &h->image);
	struct bitmap *held;

	if (slot == 0 || slot == ROUTE_NONE)
		return;
	if (im == NULL) {
		hold_unknown(&c->nodes[slot], h);
		return;
	}
	held = (struct bitmap *)im->route[slot].held;
	if (held == NULL) {
		held = bitmap_new(im->m->nchunks);
		im->route[slot].held = held;
	}
	if (held != NULL)
		hold_apply(h, held);
	fetch_retry(r);
}

void
cluster_gone(struct router *r, const struct node_id *id)
{
	uint32_t slot = find_slot(r->cluster, id);

	if (slot == 0 || slot == ROUTE_NONE)
		return;
	forget_slot(r->cluster, slot);
	announce_view_changed(r->cluster->announce);
	fetch_retry(r);
}

/* The membership has spoken: what only a peer told, and it did not, is past.
 * A member that is by itself yet knows of nobody, which proves nothing. */
void
cluster_view(struct router *r, uint64_t seq)
{
	struct cluster *c = r->cluster;
	bool others = false;

	r->seq = seq;
	for (uint32_t i = 1; i < c->slots; i++)
		if (c->nodes[i].known && !c->nodes[i].provisional)
			others = true;
	for (uint32_t i = 1; others && i < c->slots; i++)
		if (c->nodes[i].known && c->nodes[i].provisional)
			forget_slot(c, i);
}

/* What the node had said of an image before it became known here. */
static struct bitmap *
heard_of(struct node *n, const struct image *im)
{
	struct bitmap *held = rumour_take(&n->rumours, &im->m->id);

	if (held == NULL || bitmap_size(held) == im->m->nchunks)
		return held;
	bitmap_free(held);
	return NULL;
}

int
cluster_attach_image(struct router *r, struct image *im)
{
	struct cluster *c = r->cluster;

	im->route = calloc(c->capacity, sizeof *im->route);
	if (im->route == NULL)
		return -1;
	for (uint32_t i = 0; i < c->slots; i++) {
		update_route(c, im, i);
		im->route[i].held = heard_of(&c->nodes[i], im);
	}
	im->trees_stale = true;
	return 0;
}

void
cluster_detach_image(struct router *r, struct image *im)
{
	for (uint32_t i = 0; im->route != NULL && i < r->cluster->slots; i++)
		bitmap_free((struct bitmap *)im->route[i].held);
	free(im->route);
	im->route = NULL;
}

uint32_t
cluster_slots(const struct router *r)
{
	return r->cluster->slots;
}

struct node *
cluster_at(const struct router *r, uint32_t slot)
{
	struct node *n = &r->cluster->nodes[slot];

	return n->known ? n : NULL;
}

void
cluster_refresh(struct router *r, struct image *im)
{
	uint32_t slots = r->cluster->slots;

	if (im->trees_stale &&
	    route_trees_build(im->trees, im->route, slots) == 0 &&
	    line_build(&im->line, im->route, slots) == 0)
		im->trees_stale = false;
}

bool
cluster_is_seed(const struct router *r, const struct image *im, uint32_t slot)
{
	const struct node *n = cluster_at(r, slot);
	const struct proto_image *pi =
	    n != NULL ? node_image(n, &im->m->id) : NULL;

	return pi != NULL && pi->seed;
}

void
cluster_lift_bans(struct router *r)
{
	struct cluster *c = r->cluster;

	for (uint32_t i = 1; i < c->slots; i++)
		if (c->nodes[i].known && c->nodes[i].banned_ns != 0) {
			c->nodes[i].banned_ns = 0;
			update_slot(c, i);
		}
}

void
cluster_touched(struct router *r, struct image *im, uint32_t slot)
{
	const struct node *n = cluster_at(r, slot);
	struct peer_stats st;

	if (n == NULL || n->peer == NULL)
		return;
	peer_get_stats(n->peer, &st);
	im->route[slot].outstanding = st.outstanding;
	im->route[slot].rate = st.rate;
}

void
cluster_lacks(struct router *r, struct image *im, uint32_t slot, uint32_t chunk)
{
	struct bitmap *held = (struct bitmap *)im->route[slot].held;

	if (held != NULL)
		bitmap_remove(held, chunk);
}

void
cluster_lied(struct router *r, uint32_t slot)
{
	struct node *n = cluster_at(r, slot);
	unsigned doublings = n->bad_hashes < 6 ? n->bad_hashes : 6;

	n->bad_hashes++;
	n->banned_ns = loop_now_ns(r->loop) + (BAN_NS << doublings);
	update_slot(r->cluster, slot);
	/* one that nobody can replace lies many times a second */
	if ((n->bad_hashes & (n->bad_hashes - 1)) == 0)
		log_warn("node %s sent a chunk with a wrong hash, %u by now: "
			 "avoided for %lld s",
			 n->info.name, n->bad_hashes,
			 (BAN_NS << doublings) / 1000000000LL);
	peer_drop(n->peer, ECANCELED);
}

void
cluster_peer_changed(struct router *r, struct peer *p)
{
	uint32_t slot = (uint32_t)(uintptr_t)peer_owner(p);

	if (cluster_at(r, slot) == NULL)
		return;
	update_slot(r->cluster, slot);
	if (peer_usable(p))
		fetch_retry(r);
}

void
cluster_self_changed(struct router *r)
{
	announce_self_changed(r->cluster->announce);
}

void
cluster_self_core(struct router *r, uint16_t member_port)
{
	r->cluster->nodes[0].info.member_port = member_port;
	announce_self_changed(r->cluster->announce);
	announce_view_changed(r->cluster->announce);
}

void
cluster_self_reads(struct router *r)
{
	struct cluster *c = r->cluster;

	if (c->reading_since_ns != 0)
		return;
	c->reading_since_ns = loop_now_ns(r->loop);
	c->wide = true;
	for (struct image *im = r->images; im != NULL; im = im->next)
		line_begin(&im->line, c->reading_since_ns);
	update_all(c);
	announce_self_changed(c->announce);
}

bool
cluster_self_reading(const struct router *r)
{
	return r->cluster->reading_since_ns != 0;
}

bool
cluster_self_active(const struct router *r)
{
	return r->cluster->reading_since_ns != 0 || fetch_background(r) > 0;
}

const struct proto_node *
cluster_self(const struct router *r)
{
	return &r->cluster->nodes[0].info;
}

static void
on_tick(void *ctx)
{
	struct cluster *c = ctx;
	int64_t now = loop_now_ns(c->r->loop);

	if (c->reading_since_ns != 0 && now - reads_last_ns(c->r) > ACTIVE_NS) {
		c->reading_since_ns = 0;
		announce_self_changed(c->announce);
	}
	c->wide =
	    c->reading_since_ns == 0 || now - c->reading_since_ns < WIDE_NS;
	update_all(c);
	behind_judge(c->r, c->reading_since_ns != 0, ++c->ticks % MARK == 0);
	choice_look(c->r);
	announce_tick(c->announce, &c->nodes[0].info);
	loop_timer_set(c->r->loop, &c->tick, now + TICK_NS);
}

struct cluster *
cluster_new(struct router *r)
{
	struct cluster *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->r = r;
	c->capacity = 64;
	c->slots = 1;
	c->wide = true;
	c->nodes = calloc(c->capacity, sizeof *c->nodes);
	c->announce = announce_new(r);
	if (c->nodes == NULL || c->announce == NULL) {
		cluster_free(c);
		return NULL;
	}
	c->nodes[0].known = true;
	c->tick.fire = on_tick;
	c->tick.ctx = c;
	loop_timer_set(r->loop, &c->tick, clock_now_ns() + TICK_NS);
	return c;
}

void
cluster_disconnect(struct router *r)
{
	for (uint32_t i = 1; i < r->cluster->slots; i++)
		if (r->cluster->nodes[i].known)
			peer_drop(r->cluster->nodes[i].peer, ECANCELED);
}

void
cluster_free(struct cluster *c)
{
	if (c == NULL)
		return;
	loop_timer_cancel(c->r->loop, &c->tick);
	for (uint32_t i = 1; i < c->slots; i++)
		if (c->nodes[i].known) {
			rumour_forget(&c->nodes[i].rumours);
			peer_free(c->nodes[i].peer);
		}
	announce_free(c->announce);
	free(c->nodes);
	free(c);
}
