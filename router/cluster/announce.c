/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/announce.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "membership/client/client.h"
#include "membership/wire/proto_host.h"
#include "membership/wire/proto_roles.h"
#include "router/cluster/authority.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/nodes.h"
#include "router/cluster/view_file.h"
#include "router/image/image.h"

/* `since` is announced again only if it has changed by more seconds than
 * this */
#define CLOCK_SET_S 30

struct announce {
	struct announce_setup of;
	int64_t roles_until_ns; /* when the machine's roles are no more said */
	struct view_file *file;
	/* the log has said that the file cannot be written */
	bool told_failed;
};

struct announce *
announce_new(const struct announce_setup *s)
{
	struct announce *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->of = *s;
	a->file = view_file_new(s->store_dir);
	if (a->file == NULL) {
		free(a);
		return NULL;
	}
	return a;
}

void
announce_free(struct announce *a)
{
	if (a != NULL)
		view_file_free(a->file);
	free(a);
}

static void
describe_images(const struct announce *a, struct proto_node *self)
{
	const struct image *im;

	self->nimages = 0;
	IMAGES_FOREACH (im, a->of.images) {
		struct proto_image *pi = &self->images[self->nimages];

		if (self->nimages == PROTO_IMAGES_MAX)
			break;
		memset(pi, 0, sizeof *pi);
		pi->id = im->m->id;
		memcpy(pi->name, im->m->name, sizeof pi->name);
		pi->size = im->m->size;
		pi->chunk_size = im->m->chunk_size;
		pi->complete = bitmap_count(im->held) == im->m->nchunks;
		pi->is_default = im == choice_default(a->of.choice);
		pi->seed = im->is_seed;
		pi->used = choice_used_here(a->of.choice, im);
		self->nimages++;
	}
}

/* Sets self->since to when this node started.  Each call computes that anew,
 * since the clock of a machine that has just booted may be set later. */
static void
describe_age(const struct announce *a, struct proto_node *self)
{
	int64_t up_ns = loop_now_ns(a->of.loop) - a->of.started_ns;
	int64_t since = time(NULL) - up_ns / 1000000000LL;

	if (since < 0)
		since = 0;
	if (llabs(since - (int64_t)self->since) > CLOCK_SET_S)
		self->since = since;
}

static int
write_frame(FILE *f, const struct proto_msg *m)
{
	uint8_t frame[PROTO_HEAD + 4096];
	ssize_t n = proto_encode(m, frame, sizeof frame);

	return n > 0 && fwrite(frame, n, 1, f) == 1 ? 0 : -1;
}

static int
write_words(const struct words *ws, FILE *f)
{
	struct proto_msg m = {.type = PROTO_SIGNED};
	uint64_t from = 0;

	while ((m.word = words_next(ws, &from, &m.nword)) != NULL)
		if (write_frame(f, &m) == -1)
			return -1;
	return 0;
}

static int
write_frames(const struct announce *a, FILE *f)
{
	struct proto_msg m = {.type = PROTO_HELLO, .version = PROTO_LOWEST};
	const struct nodes *ns = a->of.nodes;

	if (write_frame(f, &m) == -1)
		return -1;
	m = (struct proto_msg){.type = PROTO_NODE, .node = ns->at[0].info};
	if (write_frame(f, &m) == -1)
		return -1;
	for (uint32_t i = 1; i < ns->slots; i++) {
		const struct node *n = nodes_at(ns, i);

		if (n == NULL)
			continue;
		m = (struct proto_msg){.type = PROTO_NODE, .node = n->info};
		if (write_frame(f, &m) == -1)
			return -1;
	}
	m = (struct proto_msg){.type = PROTO_VIEW, .seq = ns->seq};
	if (write_frame(f, &m) == -1)
		return -1;
	/* A node of version 2 reads no further than the first SIGNED. */
	return write_words(authority_words(a->of.authority), f);
}

/* Begins to write the file, if that was not begun before and has not ended. */
static void
write_view(struct announce *a)
{
	AUTO_FREE char *bytes = NULL;
	size_t len;
	FILE *f = open_memstream(&bytes, &len);
	int ret;

	if (f == NULL)
		return;
	ret = write_frames(a, f);
	if (fclose(f) != 0 || ret == -1)
		return;
	a->of.nodes->view_changed = false;
	view_file_write(a->file, TAKE_PTR(bytes), len);
}

/* Fills in `self`.  Unless a->of.direct is true, announces to the membership
 * `self` and the chunks that this node holds. */
static void
tell(struct announce *a, struct proto_node *self)
{
	const struct image *im;

	describe_images(a, self);
	describe_age(a, self);
	choice_describe(a->of.choice, self);
	if (a->of.direct)
		return;
	member_client_announce(a->of.member, self);
	IMAGES_FOREACH (im, a->of.images)
		member_client_hold(a->of.member, &im->m->id, im->held);
}

/* Has the file follow the view.  If the file could not be written, tries
 * again. */
static void
keep_view(struct announce *a)
{
	enum view_file_state state = view_file_state(a->file);

	if (state == VIEW_FILE_BUSY)
		return;
	if (state == VIEW_FILE_FAILED && !a->told_failed)
		log_warn("%s/view: %s: newcomers cannot learn of this "
			 "cluster from here",
			 a->of.store_dir, strerror(errno));
	a->told_failed = state == VIEW_FILE_FAILED;
	if (a->of.nodes->view_changed || state == VIEW_FILE_FAILED)
		write_view(a);
}

void
announce_host(struct announce *a, const struct proto_host *h)
{
	if (proto_host_set(&a->of.nodes->at[0].info, h))
		a->of.nodes->self_changed = a->of.nodes->view_changed = true;
}

/* Sets this node's field of roles; r NULL: it has none. */
static void
set_roles(struct announce *a, const struct proto_roles *r)
{
	if (proto_roles_set(&a->of.nodes->at[0].info, r))
		a->of.nodes->self_changed = a->of.nodes->view_changed = true;
}

void
announce_roles(struct announce *a, const struct proto_roles *r)
{
	set_roles(a, r);
	a->roles_until_ns =
	    loop_now_ns(a->of.loop) + ANNOUNCE_ROLES_S * 1000 * NS_PER_MS;
}

void
announce_tick(struct announce *a, bool active, bool reads)
{
	struct nodes *ns = a->of.nodes;
	struct proto_node *self = &ns->at[0].info, was;

	if (loop_now_ns(a->of.loop) > a->roles_until_ns)
		set_roles(a, NULL);
	if (self->active != active || self->reads != reads) {
		self->active = active;
		self->reads = reads;
		ns->self_changed = true;
	}
	if (ns->self_changed) {
		was = *self;
		tell(a, self);
		/* the file `view` does not list held chunks, which change all
		 * the time, so it is written anew only if the NODE has
		 * changed */
		ns->view_changed |= !proto_node_equal(&was, self);
	}
	ns->self_changed = false;
	keep_view(a);
}
