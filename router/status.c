/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/status.h"

#include <stdio.h>

#include "lib/cleanup.h"
#include "lib/served_counts.h"
#include "membership/wire/proto_host.h"
#include "router/cluster/authority.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/cluster.h"
#include "router/cluster/departed.h"
#include "router/cluster/join.h"
#include "router/cluster/routes.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"
#include "router/image/left.h"
#include "router/want/keeper.h"
#include "router/want/reads.h"
#include "router/want/replay.h"
#include "router/router.h"
#include "router/status_inside.h"

#define WAITING_MAX 16 /* how many stalled chunks of an image are listed */

static void
add_id(json *o, const char *key, const struct node_id *id)
{
	add_hex(o, key, id->b, sizeof id->b);
}

static json *
node_json(struct router *r)
{
	const struct proto_node *self = cluster_self(r->cluster);
	const struct address *twin = twin_at(&r->twin, loop_now_ns(r->loop));
	char text[ADDRESS_TEXT];
	json *o = json_object_new_object();

	add_id(o, "id", &self->id);
	add_str(o, "name", self->name);
	add_str(o, "address", address_text(&self->nbd, text));
	add_num(o, "uptime_s",
		(loop_now_ns(r->loop) - r->started_ns) / 1000000000LL);
	add_bool(o, "active", cluster_self_active(r->cluster));
	add_bool(o, "direct", r->cfg.limits.direct);
	if (twin != NULL)
		add_str(o, "twin", address_text(twin, text));
	return o;
}

/* Returns true if the node at slot runs a member that is in the group.  (This
 * node's own member may have lost its group, so that this node uses the member
 * of another one.) */
static bool
in_core(struct router *r, uint32_t slot)
{
	const struct node *n = cluster_at(r->cluster, slot);

	if (slot == 0)
		return member_client_is_core(r->member);
	return n->info.member_port != 0 && !n->info.satellite;
}

static json *
membership_json(struct router *r)
{
	json *o = json_object_new_object();
	uint64_t nodes = 0, cores = 0;

	for (uint32_t i = 0; i < cluster_slots(r->cluster); i++) {
		if (cluster_at(r->cluster, i) == NULL)
			continue;
		nodes++;
		cores += in_core(r, i);
	}
	add_str(o, "role", in_core(r, 0) ? "core" : "satellite");
	add_str(o, "peer", member_client_peer(r->member));
	add_num(o, "seq", cluster_seq(r->cluster));
	add_num(o, "nodes", nodes);
	add_num(o, "cores", cores);
	return o;
}

json *
status_group_json(struct router *r)
{
	json *o = json_object_new_object(), *nodes = json_object_new_array();
	char text[ADDRESS_TEXT];

	for (uint32_t i = 1; i < cluster_slots(r->cluster); i++) {
		const struct node *n = cluster_at(r->cluster, i);
		json *one;

		if (n == NULL)
			continue;
		one = json_object_new_object();
		add_str(one, "address", address_host(&n->info.nbd, text));
		add_bool(one, "core", in_core(r, i));
		json_object_array_add(nodes, one);
	}
	add_bool(o, "core", in_core(r, 0));
	add_bool(o, "alone", member_client_alone(r->member));
	json_object_object_add(o, "nodes", nodes);
	return o;
}

static json *
copies_json(const struct image *im)
{
	json *o = json_object_new_object(), *a = json_object_new_array();
	struct balance_census census;

	keeper_census(im, &census);
	for (unsigned k = 0; k <= BALANCE_MOST; k++)
		json_object_array_add(a,
				      json_object_new_uint64(census.chunks[k]));
	add_num(o, "least", census.least);
	json_object_object_add(o, "room",
			       json_object_new_double(census.level / 256.0));
	add_num(o, "nodes", census.nodes);
	add_bool(o, "seed", census.seed);
	json_object_object_add(o, "chunks", a);
	add_num(o, "short_bytes", census.short_bytes);
	add_num(o, "rate", census.rate);
	return o;
}

static json *
image_json(struct router *r, const struct image *im)
{
	uint32_t waiting[WAITING_MAX];
	uint32_t n = fetch_stalled(r->fetches, im, waiting, WAITING_MAX);
	json *o = json_object_new_object(), *a = json_object_new_array();
	char hex[DIGEST_HEX];
	uint64_t found = 0;

	for (uint32_t c = 0; c < im->m->nchunks; c++)
		found += store_state(im->store, c) == CHUNK_FOUND;
	for (uint32_t i = 0; i < n && i < WAITING_MAX; i++)
		json_object_array_add(a, json_object_new_uint64(waiting[i]));
	add_str(o, "id", digest_hex(&im->m->id, hex));
	add_str(o, "name", im->m->name);
	add_num(o, "size", im->m->size);
	add_num(o, "chunk_size", im->m->chunk_size);
	add_num(o, "nchunks", im->m->nchunks);
	add_num(o, "held", bitmap_count(im->held));
	add_num(o, "found", found);
	add_bool(o, "complete", bitmap_count(im->held) == im->m->nchunks);
	add_bool(o, "seed", im->is_seed);
	add_bool(o, "default", im == choice_default(r->choice));
	json_object_object_add(o, "copies", copies_json(im));
	add_num(o, "profile", replay_chunks(im));
	add_num(o, "waiting_reads", reads_waiting(r->reads, im));
	add_num(o, "stalled", n);
	json_object_object_add(o, "waiting_chunks", a);
	json_object_object_add(o, "hangs", status_hangs_json(r, im));
	return o;
}

static json *
store_json(struct router *r)
{
	json *o = json_object_new_object();

	add_str(o, "dir", r->cfg.store_dir);
	add_num(o, "budget", r->cfg.limits.budget);
	add_num(o, "used", images_bytes(r->images));
	add_num(o, "left", left_bytes(r->left));
	add_num(o, "evictions", keeper_evictions(r->keeper));
	add_num(o, "errors", images_counts(r->images)->store_errors);
	return o;
}

/* Returns how many chunks of the default image the node at slot holds. */
static uint64_t
held_by(const struct router *r, uint32_t slot)
{
	const struct image *im = choice_default(r->choice);

	if (im == NULL)
		return 0;
	if (im->routes->at[slot].complete)
		return im->m->nchunks;
	return routes_held_count(im, slot);
}

static json *
peer_json(struct router *r, uint32_t slot, const struct node *n)
{
	json *o = json_object_new_object();
	bool banned = n->banned_ns > loop_now_ns(r->loop);
	const struct image *im = choice_default(r->choice);
	char text[ADDRESS_TEXT];
	struct peer_stats st;

	peer_get_stats(n->peer, &st);
	add_id(o, "id", &n->info.id);
	add_str(o, "name", n->info.name);
	add_str(o, "address", address_text(&n->info.nbd, text));
	add_str(o, "state",
		banned       ? "banned"
		: st.useless ? "useless"
			     : peer_state_name(st.state));
	add_bool(o, "active", n->info.active);
	add_bool(o, "serves", n->info.serves);
	add_bool(o, "key_shown", n->info.proved);
	add_bool(o, "core", in_core(r, slot));
	add_bool(o, "complete", im != NULL && im->routes->at[slot].complete);
	add_num(o, "held", held_by(r, slot));
	add_num(o, "outstanding", st.outstanding);
	add_num(o, "rate", st.rate);
	add_num(o, "requests", st.requests);
	add_num(o, "bytes", st.bytes);
	add_num(o, "errors", st.errors);
	add_num(o, "misses", st.misses);
	add_num(o, "bad_hashes", n->bad_hashes);
	add_num(o, "connections", st.connections);
	return o;
}

/* Returns the nodes that have gone; the one that went last comes first. */
static json *
departed_json(struct router *r)
{
	static const char *const reasons[] = {
	    [PROTO_REASON_UNKNOWN] = "unknown",
	    [PROTO_LEFT] = "left",
	    [PROTO_LOST] = "lost",
	};
	const struct departed_list *l = cluster_departed(r->cluster);
	json *a = json_object_new_array();
	char text[ADDRESS_TEXT];

	for (uint32_t i = l->n; i-- > 0;) {
		const struct departed *d = &l->at[i];
		json *o = json_object_new_object();

		add_id(o, "id", &d->id);
		add_str(o, "name", d->name);
		add_str(o, "address", address_text(&d->nbd, text));
		add_str(o, "reason", reasons[d->reason]);
		add_num(o, "ago_s",
			(loop_now_ns(r->loop) - d->at_ns) / 1000000000LL);
		json_object_array_add(a, o);
	}
	return a;
}

static json *
bytes_json(const struct router *r)
{
	const struct fetch_counts *count = fetch_counts(r->fetches);
	json *o = json_object_new_object();

	add_num(o, "store", reads_stored_bytes(r->reads) + count->disk);
	add_num(o, "seed", count->seed);
	add_num(o, "tree", count->tree);
	add_num(o, "holder", count->holder);
	return o;
}

static json *
chunks_json(const struct router *r)
{
	const struct fetch_counts *count = fetch_counts(r->fetches);
	json *o = json_object_new_object();
	const struct image *im;
	uint64_t unread = 0;

	IMAGES_FOREACH (im, r->images)
		unread += replay_unread(im);
	add_num(o, "fetched", count->fetched);
	add_num(o, "refetched", count->refetched);
	add_num(o, "hedged", count->hedged);
	add_num(o, "hash_failures",
		count->hash_failures + images_counts(r->images)->hash_failures);
	add_num(o, "prefetched", count->prefetched);
	add_num(o, "unread", unread);
	add_num(o, "filled", count->filled);
	return o;
}

static json *
clients_json(const struct router *r)
{
	struct nbd_server_stats st;
	json *o = json_object_new_object();

	nbd_server_stats(r->nbd, &st);
	add_num(o, "now", st.clients - st.relays);
	add_num(o, "requests", st.requests);
	add_num(o, "bytes", st.bytes);
	add_num(o, "errors", st.errors);
	add_num(o, "relays", st.relays);
	add_num(o, "relay_requests", st.relay_requests);
	return o;
}

json *
status_default_json(const struct router *r)
{
	const struct image *im = choice_default(r->choice);
	const struct proto_word *word = choice_word(r->choice);
	bool said = word->version > 0;
	json *o = json_object_new_object();
	char hex[DIGEST_HEX];

	if (!said && im == NULL)
		return NULL;
	add_str(o, "id", digest_hex(said ? &word->image : &im->m->id, hex));
	add_num(o, "version", word->version);
	add_bool(o, "here",
		 im != NULL &&
		     (!said || digest_equal(&im->m->id, &word->image)));
	return o;
}

static json *
served_kind(const struct served *s, enum served_to to)
{
	json *o = json_object_new_object();

	add_num(o, "bytes", s->bytes[to]);
	add_num(o, "connections", s->connections[to]);
	add_num(o, "now", s->now[to]);
	return o;
}

/* Adds to o how much this node's nbdkit has served to the network, as its
 * counts in store_dir say. */
static void
add_served(json *o, const char *store_dir)
{
	json *served = json_object_new_object();
	struct served s;

	if (!served_look(store_dir, &s))
		s = (struct served){0};
	json_object_object_add(served, "peers", served_kind(&s, SERVED_PEERS));
	json_object_object_add(served, "clients",
			       served_kind(&s, SERVED_CLIENTS));
	add_num(served, "refused", s.refused);
	json_object_object_add(o, "served", served);
	add_num(o, "served_bytes",
		s.bytes[SERVED_PEERS] + s.bytes[SERVED_CLIENTS]);
}

json *
status_json(struct router *r)
{
	json *o = json_object_new_object();
	json *images = json_object_new_array(),
	     *peers = json_object_new_array();
	const struct image *im;

	IMAGES_FOREACH (im, r->images)
		json_object_array_add(images, image_json(r, im));
	for (uint32_t i = 1; i < cluster_slots(r->cluster); i++)
		if (cluster_at(r->cluster, i) != NULL)
			json_object_array_add(
			    peers, peer_json(r, i, cluster_at(r->cluster, i)));
	add_str(o, "version", VF_VERSION);
	json_object_object_add(o, "node", node_json(r));
	json_object_object_add(o, "membership", membership_json(r));
	json_object_object_add(o, "images", images);
	json_object_object_add(o, "default", status_default_json(r));
	json_object_object_add(o, "authority", status_authority_json(r));
	json_object_object_add(o, "store", store_json(r));
	json_object_object_add(o, "peers", peers);
	json_object_object_add(o, "gone", departed_json(r));
	json_object_object_add(o, "bytes", bytes_json(r));
	json_object_object_add(o, "chunks", chunks_json(r));
	json_object_object_add(o, "clients", clients_json(r));
	json_object_object_add(o, "not_taken", status_not_taken_json(r));
	add_served(o, r->cfg.store_dir);
	return o;
}

static json *
words_json(const struct bitmap *held)
{
	json *a = json_object_new_array();
	char hex[17];

	for (uint32_t w = 0; held != NULL && w < bitmap_words(held); w++) {
		snprintf(hex, sizeof hex, "%016llx",
			 (unsigned long long)bitmap_word(held, w));
		json_object_array_add(a, json_object_new_string(hex));
	}
	return a;
}

static json *
replica_json(const struct image *im, uint32_t slot, const struct node *n)
{
	const struct bitmap *held = routes_held(im, slot);
	bool complete = slot == 0 ? bitmap_count(held) == im->m->nchunks
				  : im->routes->at[slot].complete;
	json *o = json_object_new_object();

	add_str(o, "name", n->info.name);
	add_bool(o, "self", slot == 0);
	add_bool(o, "complete", complete);
	json_object_object_add(o, "words", words_json(complete ? NULL : held));
	return o;
}

static json *
image_map_json(struct router *r, const struct image *im)
{
	json *o = json_object_new_object(), *nodes = json_object_new_array();
	char hex[DIGEST_HEX];

	for (uint32_t i = 0; i < cluster_slots(r->cluster); i++)
		if (cluster_at(r->cluster, i) != NULL)
			json_object_array_add(
			    nodes,
			    replica_json(im, i, cluster_at(r->cluster, i)));
	add_str(o, "name", im->m->name);
	add_str(o, "id", digest_hex(&im->m->id, hex));
	add_num(o, "nchunks", im->m->nchunks);
	json_object_object_add(o, "copies", copies_json(im));
	json_object_object_add(o, "nodes", nodes);
	return o;
}

json *
status_map_json(struct router *r)
{
	json *o = json_object_new_object(), *images = json_object_new_array();
	const struct image *im;

	IMAGES_FOREACH (im, r->images)
		json_object_array_add(images, image_map_json(r, im));
	json_object_object_add(o, "images", images);
	return o;
}

/* Returns how many chunks of an image the node at slot holds; -1: this node
 * does not know, since it does not have the image. */
static int64_t
held_of(struct router *r, uint32_t slot, const struct proto_image *pi)
{
	const struct image *im = image_by_id(r->images, &pi->id);

	if (pi->complete)
		return proto_image_chunks(pi);
	return im != NULL ? (int64_t)routes_held_count(im, slot) : -1;
}

static json *
node_image_json(struct router *r, uint32_t slot, const struct proto_image *pi)
{
	int64_t held = held_of(r, slot, pi);
	json *o = json_object_new_object();
	char hex[DIGEST_HEX];

	add_str(o, "id", digest_hex(&pi->id, hex));
	add_str(o, "name", pi->name);
	add_num(o, "size", pi->size);
	add_num(o, "nchunks", proto_image_chunks(pi));
	json_object_object_add(o, "held",
			       held >= 0 ? json_object_new_int64(held) : NULL);
	add_bool(o, "complete", pi->complete);
	add_bool(o, "seed", pi->seed);
	add_bool(o, "used", pi->used);
	add_bool(o, "default", pi->is_default);
	return o;
}

/* Adds the machine's report on its site, if there is one. */
static void
add_host(json *to, const struct proto_node *n)
{
	struct proto_host h;
	json *o;

	if (!proto_host_get(n, &h))
		return;
	o = json_object_new_object();
	add_str(o, "site", h.site);
	add_num(o, "plugins", h.plugins);
	add_num(o, "failed", h.failed);
	add_num(o, "next_boot", h.next_boot);
	add_str(o, "text", h.text);
	json_object_object_add(to, "host", o);
}

static json *
member_json(struct router *r, uint32_t slot, const struct proto_node *n)
{
	json *o = json_object_new_object(), *images = json_object_new_array();
	char text[ADDRESS_TEXT];
	bool seed = false;

	for (unsigned i = 0; i < n->nimages; i++) {
		seed |= n->images[i].seed;
		json_object_array_add(images,
				      node_image_json(r, slot, &n->images[i]));
	}
	add_id(o, "id", &n->id);
	add_str(o, "name", n->name);
	add_str(o, "address", address_text(&n->nbd, text));
	add_bool(o, "self", slot == 0);
	add_str(o, "role", in_core(r, slot) ? "core" : "satellite");
	add_bool(o, "seed", seed);
	add_bool(o, "active", n->active);
	add_num(o, "since", n->since);
	json_object_object_add(o, "images", images);
	add_host(o, n);
	return o;
}

/* Returns the profile's chunks as pairs: the first and the last chunk of
 * several in a row. */
static json *
ranges_json(const struct profile *p)
{
	json *a = json_object_new_array();

	for (uint32_t i = 0, end; i < p->n; i = end) {
		json *pair = json_object_new_array();

		for (end = i + 1; end < p->n; end++)
			if (p->chunks[end] != p->chunks[end - 1] + 1)
				break;
		json_object_array_add(pair,
				      json_object_new_uint64(p->chunks[i]));
		json_object_array_add(
		    pair, json_object_new_uint64(p->chunks[end - 1]));
		json_object_array_add(a, pair);
	}
	return a;
}

json *
status_reads_json(const struct image *im)
{
	AUTO_FREE struct profile *p = replay_noted(im);
	json *o = json_object_new_object();
	char hex[DIGEST_HEX];

	add_str(o, "id", digest_hex(&im->m->id, hex));
	if (p != NULL)
		json_object_object_add(o, "reads", ranges_json(p));
	return o;
}

json *
status_nodes_json(struct router *r)
{
	json *o = json_object_new_object(), *nodes = json_object_new_array();

	for (uint32_t i = 0; i < cluster_slots(r->cluster); i++)
		if (cluster_at(r->cluster, i) != NULL)
			json_object_array_add(
			    nodes, member_json(
				       r, i, &cluster_at(r->cluster, i)->info));
	json_object_object_add(o, "default", status_default_json(r));
	json_object_object_add(o, "not_taken", status_not_taken_json(r));
	json_object_object_add(o, "nodes", nodes);
	return o;
}
