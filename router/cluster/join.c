/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/join.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/export_names.h"
#include "lib/log.h"
#include "lib/boot_profile.h"
#include "lib/lookup.h"
#include "membership/client/client.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/cluster.h"
#include "router/cluster/view_read.h"
#include "router/image/image.h"
#include "router/peer/small_export.h"
#include "router/policy/random.h"

#define TICK_NS 200000000LL /* pause between ticks; arbitrary */
#define VIEW_AGAIN_NS 1000000000LL
#define FIRST_NS 5000000000LL
#define VIEW_MAX (8U << 20) /* bytes of a /view; the plugin serves no more */
#define TRIED_MAX 32        /* length of joiner.tried */
#define LEFT_MAX 64         /* length of joiner.left; arbitrary */
#define REFUSED_NS 5000000000LL /* an image not taken is asked for again */

/* An image whose manifest was asked for.  Each image has its own turns among
 * the nodes, so an image that no node sends delays no other. */
struct tried {
	struct digest id;
	int64_t asked_ns;
	uint32_t slot; /* the node that was asked for the image last */
	/* when an image that could not be taken, often for want of room, is
	 * asked for again */
	int64_t again_ns;
	char name[MANIFEST_NAME_MAX + 1];
	const char *why; /* reason why the image was not taken; NULL: none */
};

struct joiner {
	struct join_setup of;
	struct loop_timer tick;
	struct small_export *reading; /* NULL: no export is being read */
	struct address from;
	struct address alive; /* the node that answered last; port 0: none */
	struct proto_image wanted; /* the image that `reading` is for */
	struct lookup *peers, *members;
	size_t next_peer;
	int64_t view_ns;   /* when a /view was last asked for */
	int64_t looked_ns; /* when an image was first looked for; 0: never */
	bool said;         /* true: it was logged why no view comes */
	/* true: it was logged why the name has no address */
	bool said_peer[OPTION_LIST_MAX], said_member[OPTION_LIST_MAX];
	struct tried tried[TRIED_MAX];
	size_t ntried;                /* images ever put in the ring `tried` */
	struct digest left[LEFT_MAX]; /* images that made room (joiner_left) */
	size_t nleft;                 /* images ever put in the ring `left` */
	uint64_t rng;
};

static bool
knows_none(const struct joiner *j)
{
	return images_first(j->of.images) == NULL;
}

static void
take_node(void *ctx, struct proto_node *n)
{
	struct joiner *j = ctx;
	struct address core;

	if (address_any(&n->nbd))
		memcpy(n->nbd.ip, j->from.ip, sizeof n->nbd.ip);
	address_by_link(&n->nbd, &j->from);
	cluster_node(j->of.cluster, n, true);
	if (n->member_port == 0 || n->satellite)
		return;
	core = n->nbd;
	core.port = n->member_port;
	member_client_add_core(j->of.member, &core, false);
}

static void
take_word(void *ctx, const uint8_t *word, size_t len)
{
	struct joiner *j = ctx;
	char text[ADDRESS_TEXT];

	j->of.ops->word(j->of.ctx, word, len, address_text(&j->from, text));
}

static const struct view_read_ops view_ops = {.node = take_node,
					      .word = take_word};

/* Makes on_tick run at once, since a machine that boots may be waiting. */
static void
go_on(struct joiner *j)
{
	loop_timer_set(j->of.loop, &j->tick, loop_now_ns(j->of.loop));
}

static void
stranger(struct joiner *j, uint32_t version)
{
	char text[ADDRESS_TEXT];

	if (!j->said)
		log_warn("peer %s: its view of the cluster is not taken: it "
			 "speaks version %u of the membership's protocol, and "
			 "this node %d to %d",
			 address_text(&j->from, text), version, PROTO_LOWEST,
			 PROTO_HIGHEST);
	j->said = true;
}

static void
view_done(void *ctx, const uint8_t *data, size_t len, int error)
{
	struct joiner *j = ctx;
	char text[ADDRESS_TEXT];
	uint32_t version;

	j->reading = NULL;
	j->alive = data != NULL ? j->from : (struct address){0};
	if (data == NULL) {
		if (!j->said)
			log_warn("peer %s: no view of the cluster: %s: "
				 "trying again",
				 address_text(&j->from, text), strerror(error));
		j->said = true;
		return;
	}
	if (view_read(data, len, &view_ops, j, &version))
		j->said = false;
	else if (version != 0)
		stranger(j, version);
	go_on(j);
}

/* Sets j->from to the next address of the nodes in join_setup.peers, skipping
 * those of this node.  Returns false if there is none. */
static bool
next_peer(struct joiner *j)
{
	const struct address *own = &cluster_self(j->of.cluster)->nbd, *a;
	bool wrapped = false;

	for (;;) {
		a = lookup_at(j->peers, j->next_peer++);
		if (a != NULL && !address_is_own(a, own)) {
			j->from = *a;
			return true;
		}
		if (a == NULL && wrapped)
			return false;
		if (a == NULL) {
			wrapped = true;
			j->next_peer = 0;
		}
	}
}

static void
complain_names(const struct lookup *l, const struct option_list *names,
	       const char *what, bool said[])
{
	for (size_t i = 0; i < names->n; i++) {
		const char *why = lookup_fault(l, i);

		if (why != NULL && !said[i])
			log_warn("%s %s: %s: trying again", what, names->v[i],
				 why);
		said[i] = why != NULL;
	}
}

/* Looks up the nodes in join_setup.members while no member answers. */
static void
find_members(struct joiner *j)
{
	const struct address *a;

	if (j->of.members->n == 0 || member_client_peer(j->of.member) != NULL)
		return;
	lookup_go_on(j->members, loop_now_ns(j->of.loop));
	complain_names(j->members, j->of.members, "member", j->said_member);
	for (size_t i = 0; (a = lookup_at(j->members, i)) != NULL; i++)
		member_client_add_core(j->of.member, a, true);
}

/* Asks the nodes in join_setup.peers for their /view, by turns, while there is
 * no member, no image is known, or the membership tells of no other node, which
 * happens to a node that is cut off from a part of the group. */
static void
ask_view(struct joiner *j)
{
	int64_t now = loop_now_ns(j->of.loop);

	if (j->of.peers->n == 0 ||
	    (!knows_none(j) && member_client_peer(j->of.member) != NULL &&
	     !nodes_alone(j->of.nodes)) ||
	    (j->view_ns != 0 && now - j->view_ns < VIEW_AGAIN_NS))
		return;
	lookup_go_on(j->peers, now);
	complain_names(j->peers, j->of.peers, "peer", j->said_peer);
	if (!next_peer(j))
		return;
	j->view_ns = now;
	j->reading = small_export_fetch(j->of.loop, &j->from, EXPORT_NAME_VIEW,
					j->of.psk, VIEW_MAX, view_done, j);
}

static struct tried *
find_tried(struct joiner *j, const struct digest *id)
{
	for (size_t i = 0; i < j->ntried && i < TRIED_MAX; i++)
		if (digest_equal(&j->tried[i].id, id))
			return &j->tried[i];
	return NULL;
}

/* Adds an image to `tried`; returns its entry.  The node asked first is random:
 * nodes that hear of an image at the same moment ask different nodes. */
static struct tried *
add_tried(struct joiner *j, const struct digest *id)
{
	struct tried *t = &j->tried[j->ntried++ % TRIED_MAX];

	t->id = *id;
	t->slot = random_below(&j->rng, cluster_slots(j->of.cluster));
	t->again_ns = 0;
	t->why = NULL;
	return t;
}

/* Notes and logs why an image was not taken; that image is tried again
 * later. */
static void
refuse(struct joiner *j, const struct proto_image *pi, const char *why)
{
	struct tried *t = find_tried(j, &pi->id);

	if (t == NULL)
		t = add_tried(j, &pi->id);
	if (t->why == NULL)
		log_warn("image %s: not taken: %s: trying again", pi->name,
			 why);
	memcpy(t->name, pi->name, sizeof t->name);
	t->why = why;
	t->again_ns = loop_now_ns(j->of.loop) + REFUSED_NS;
}

static const char *
reason(int error)
{
	return error == EBUSY ? "another node uses this store"
			      : strerror(error);
}

/* Returns true if tables for nchunks more chunks would take too much memory. */
static bool
too_large(const struct joiner *j, uint64_t nchunks)
{
	return images_table_bytes(j->of.images) + image_table_bytes(nchunks) >
	       images_table_max();
}

static const char no_memory[] =
    "its tables and those of the other images would take too much memory";

/* Passes the boot profile that a peer has sent to join_ops.profile.  A profile
 * that cannot be used is dropped, since it is only a hint. */
static void
profile_done(void *ctx, const uint8_t *data, size_t len, int error)
{
	struct joiner *j = ctx;
	struct image *im = image_by_id(j->of.images, &j->wanted.id);
	char text[ADDRESS_TEXT];
	const char *why;

	j->reading = NULL;
	if (data == NULL || im == NULL)
		return;
	if (j->of.ops->profile(j->of.ctx, im, (const char *)data, len, &why) ==
	    -1)
		log_warn("image %s: %s sent a boot profile that is none: %s",
			 j->wanted.name, address_text(&j->from, text), why);
}

static void
ask_profile(struct joiner *j)
{
	char export[DIGEST_HEX + sizeof EXPORT_SUFFIX_PROFILE], hex[DIGEST_HEX];

	snprintf(export, sizeof export, "%s" EXPORT_SUFFIX_PROFILE,
		 digest_hex(&j->wanted.id, hex));
	j->reading = small_export_fetch(j->of.loop, &j->from, export, j->of.psk,
					PROFILE_BYTES_MAX, profile_done, j);
}

/* Decodes a manifest.  Returns NULL if the peer has sent none, or that of
 * another image than the wanted one. */
static struct manifest *
read_manifest(const struct joiner *j, const uint8_t *data, size_t len,
	      int error)
{
	char text[ADDRESS_TEXT];
	struct manifest *m;
	const char *why;

	if (data == NULL) {
		log_debug("image %s: no manifest from %s: %s", j->wanted.name,
			  address_text(&j->from, text), strerror(error));
		return NULL;
	}
	m = manifest_decode(data, len, &why);
	if (m != NULL && digest_equal(&m->id, &j->wanted.id))
		return m;
	log_warn("image %s: %s sent a wrong manifest: %s", j->wanted.name,
		 address_text(&j->from, text),
		 m == NULL ? why : "it has another id");
	manifest_free(m);
	return NULL;
}

static void
taken(struct joiner *j)
{
	struct tried *t = find_tried(j, &j->wanted.id);

	if (t != NULL)
		t->why = NULL;
}

static void
manifest_done(void *ctx, const uint8_t *data, size_t len, int error)
{
	struct joiner *j = ctx;
	struct manifest *m = read_manifest(j, data, len, error);

	j->reading = NULL;
	/* a node that sends a wrong manifest is not preferred any more */
	j->alive = m != NULL ? j->from : (struct address){0};
	if (m == NULL)
		return;
	if (too_large(j, m->nchunks)) {
		manifest_free(m);
		refuse(j, &j->wanted, no_memory);
	} else if (images_add(j->of.images, m, NULL) == NULL) {
		refuse(j, &j->wanted, reason(errno));
	} else {
		taken(j);
		ask_profile(j);
	}
}

/* Returns true if FIRST_NS have passed since an image was first looked for.
 * Until then only the first image of --want, or without --want that of the
 * newest word, is taken, since it becomes the default here. */
static bool
waited_for_first(struct joiner *j)
{
	int64_t now = loop_now_ns(j->of.loop);

	if (j->looked_ns == 0)
		j->looked_ns = now;
	return now - j->looked_ns > FIRST_NS;
}

/* For a node without --want: returns true if pi may be its first image: the
 * image of the newest word; or the default image of any node, if there is no
 * word, or after FIRST_NS, as perhaps no node has the word's image any more. */
static bool
is_first(struct joiner *j, const struct proto_image *pi)
{
	if (choice_word(j->of.choice)->version > 0 && !waited_for_first(j))
		return choice_is(j->of.choice, pi);
	return pi->is_default;
}

static bool
is_wanted(struct joiner *j, const struct proto_image *pi)
{
	const struct option_list *want = j->of.want;
	const struct tried *t = find_tried(j, &pi->id);

	if (image_by_id(j->of.images, &pi->id) != NULL ||
	    choice_shuns(j->of.choice, pi))
		return false;
	if (t != NULL && loop_now_ns(j->of.loop) < t->again_ns)
		return false;
	if (knows_none(j) && choice_trusts(j->of.choice))
		return choice_vouches(j->of.choice, pi);
	/* an image that a word names is fetched before it is needed */
	if (!knows_none(j) && choice_said(j->of.choice, &pi->id))
		return true;
	/* the first image becomes the default here, so is_first chooses it */
	if (want->n == 0)
		return !knows_none(j) || is_first(j, pi);
	if (knows_none(j) && !waited_for_first(j))
		return choice_names(want->v[0], pi->name, &pi->id);
	for (size_t i = 0; i < want->n; i++)
		if (choice_names(want->v[i], pi->name, &pi->id))
			return true;
	return false;
}

/* Returns true if an image that nobody uses may leave to make place for pi. */
static bool
worth_a_place(const struct joiner *j, const struct proto_image *pi)
{
	if (j->of.want->n > 0 || pi->used || choice_said(j->of.choice, &pi->id))
		return true;
	for (size_t i = 0; i < j->nleft && i < LEFT_MAX; i++)
		if (digest_equal(&j->left[i], &pi->id))
			return false;
	return true;
}

static bool
serves(const struct node *n)
{
	return n != NULL && n->peer != NULL && n->info.serves;
}

/* Returns the image to ask for next: of the wanted images that some node has,
 * the one that was asked for least recently.  NULL: there is none. */
static const struct proto_image *
choose_image(struct joiner *j)
{
	const struct proto_image *best = NULL;
	uint32_t slots = cluster_slots(j->of.cluster);
	int64_t best_ns = INT64_MAX, asked_ns;
	bool full = images_count(j->of.images) >= PROTO_IMAGES_MAX;

	for (uint32_t s = 0; s < slots && best_ns > 0; s++) {
		const struct node *n = cluster_at(j->of.cluster, s);

		for (unsigned i = 0; serves(n) && i < n->info.nimages; i++) {
			const struct proto_image *pi = &n->info.images[i];
			const struct tried *t = find_tried(j, &pi->id);

			if (!is_wanted(j, pi) ||
			    (full && !worth_a_place(j, pi)))
				continue;
			asked_ns = t != NULL ? t->asked_ns : 0;
			if (best != NULL && asked_ns >= best_ns)
				continue;
			best = pi;
			best_ns = asked_ns;
		}
	}
	return best;
}

/* For the first image: returns true if n is the node that has answered last.
 * That one is best, since a view also lists nodes that were just switched off,
 * and asking one of those costs a newcomer seconds.  For later images returns
 * false: else all nodes that joined by the same node would ask that one. */
static bool
is_alive(const struct joiner *j, const struct node *n)
{
	return knows_none(j) && j->alive.port != 0 &&
	       address_equal(&n->info.nbd, &j->alive);
}

/* Returns the node to ask for the image: the one that is_alive names, else each
 * in turn. */
static const struct node *
choose_node(struct joiner *j, struct tried *t)
{
	uint32_t slots = cluster_slots(j->of.cluster), last = t->slot;
	const struct node *found = NULL;

	for (uint32_t i = 1; i <= slots; i++) {
		uint32_t slot = (last + i) % slots;
		const struct node *n = cluster_at(j->of.cluster, slot);

		if (!serves(n) || node_image(n, &t->id) == NULL)
			continue;
		if (found == NULL || is_alive(j, n)) {
			found = n;
			t->slot = slot;
		}
		if (is_alive(j, n))
			break;
	}
	return found;
}

static void
ask_manifest(struct joiner *j, const struct proto_image *pi)
{
	char export[DIGEST_HEX + sizeof EXPORT_SUFFIX_MANIFEST],
	    hex[DIGEST_HEX];
	struct tried *t = find_tried(j, &pi->id);

	if (t == NULL)
		t = add_tried(j, &pi->id);
	t->asked_ns = loop_now_ns(j->of.loop);
	j->wanted = *pi;
	j->from = choose_node(j, t)->info.nbd;
	snprintf(export, sizeof export, "%s" EXPORT_SUFFIX_MANIFEST,
		 digest_hex(&j->wanted.id, hex));
	j->reading = small_export_fetch(j->of.loop, &j->from, export, j->of.psk,
					MANIFEST_BYTES_MAX, manifest_done, j);
}

static void
look_for_images(struct joiner *j)
{
	const struct proto_image *pi = choose_image(j);

	if (pi == NULL)
		return;
	if (too_large(j, proto_image_chunks(pi)))
		refuse(j, pi, no_memory);
	else if (images_count(j->of.images) >= PROTO_IMAGES_MAX &&
		 !j->of.ops->make_place(j->of.ctx))
		refuse(j, pi,
		       "all places for images are taken by such as are "
		       "used, or files of this machine");
	else
		ask_manifest(j, pi);
}

static void
on_tick(void *ctx)
{
	struct joiner *j = ctx;

	find_members(j);
	if (j->reading == NULL)
		look_for_images(j);
	if (j->reading == NULL)
		ask_view(j);
	loop_timer_set(j->of.loop, &j->tick, loop_now_ns(j->of.loop) + TICK_NS);
}

void
joiner_left(struct joiner *j, const struct digest *id)
{
	j->left[j->nleft++ % LEFT_MAX] = *id;
}

bool
joiner_not_taken(const struct joiner *j, unsigned i, struct not_taken *t)
{
	for (size_t k = 0; k < j->ntried && k < TRIED_MAX; k++) {
		if (j->tried[k].why == NULL ||
		    image_by_id(j->of.images, &j->tried[k].id) != NULL ||
		    i-- > 0)
			continue;
		*t = (struct not_taken){.id = j->tried[k].id,
					.name = j->tried[k].name,
					.why = j->tried[k].why};
		return true;
	}
	return false;
}

struct joiner *
joiner_new(const struct join_setup *s)
{
	struct joiner *j = calloc(1, sizeof *j);

	if (j == NULL)
		return NULL;
	j->of = *s;
	memcpy(&j->rng, cluster_self(s->cluster)->id.b, sizeof j->rng);
	j->rng |= 1;
	j->peers = lookup_new(s->peers, PORT_NBD);
	j->members = lookup_new(s->members, PORT_MEMBER);
	if (j->peers == NULL || j->members == NULL) {
		joiner_free(j);
		return NULL;
	}
	j->tick = (struct loop_timer){.fire = on_tick, .ctx = j};
	loop_timer_set(s->loop, &j->tick, clock_now_ns());
	return j;
}

void
joiner_free(struct joiner *j)
{
	if (j == NULL)
		return;
	small_export_cancel(j->reading);
	loop_timer_cancel(j->of.loop, &j->tick);
	lookup_free(j->peers);
	lookup_free(j->members);
	free(j);
}
