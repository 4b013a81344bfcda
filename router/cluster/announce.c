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
#include "router/cluster/choice.h"
#include "router/cluster/cluster.h"
#include "router/image/image.h"
#include "router/router.h"

#define CLOCK_SET_S 30 /* seconds: less is no news */

struct announce {
	struct router *r;
	bool self_changed, view_changed;
	bool write_failed;
};

struct announce *
announce_new(struct router *r)
{
	struct announce *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	a->r = r;
	a->self_changed = a->view_changed = true;
	return a;
}

void
announce_free(struct announce *a)
{
	free(a);
}

void
announce_self_changed(struct announce *a)
{
	a->self_changed = true;
}

void
announce_view_changed(struct announce *a)
{
	a->view_changed = true;
}

static void
describe_images(struct router *r, struct proto_node *self)
{
	self->nimages = 0;
	for (struct image *im = r->images; im != NULL; im = im->next) {
		struct proto_image *pi = &self->images[self->nimages];

		if (self->nimages == PROTO_IMAGES_MAX)
			break;
		memset(pi, 0, sizeof *pi);
		pi->id = im->m->id;
		memcpy(pi->name, im->m->name, sizeof pi->name);
		pi->size = im->m->size;
		pi->chunk_size = im->m->chunk_size;
		pi->complete = bitmap_count(im->held) == im->m->nchunks;
		pi->is_default = im == choice_default(r);
		pi->seed = im->is_seed;
		pi->used = choice_used_here(im);
		self->nimages++;
	}
}

/* The clock of a machine that has just booted may be set later. */
static void
describe_age(struct router *r, struct proto_node *self)
{
	int64_t up = (loop_now_ns(r->loop) - r->started_ns) / 1000000000LL;
	int64_t since = time(NULL) - up;

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
write_frames(struct router *r, FILE *f, const struct proto_node *self)
{
	struct proto_msg m = {.type = PROTO_HELLO, .version = PROTO_VERSION};

	if (write_frame(f, &m) == -1)
		return -1;
	m = (struct proto_msg){.type = PROTO_NODE, .node = *self};
	if (write_frame(f, &m) == -1)
		return -1;
	for (uint32_t i = 1; i < cluster_slots(r); i++) {
		const struct node *n = cluster_at(r, i);

		if (n == NULL)
			continue;
		m = (struct proto_msg){.type = PROTO_NODE, .node = n->info};
		if (write_frame(f, &m) == -1)
			return -1;
	}
	m = (struct proto_msg){.type = PROTO_VIEW, .seq = r->seq};
	return write_frame(f, &m);
}

static int
write_view(struct router *r, const struct proto_node *self)
{
	char path[4096], temp[4096];
	AUTO_FCLOSE FILE *f = NULL;
	int ret;

	if (snprintf(path, sizeof path, "%s/view", r->cfg.store_dir) >=
		(int)sizeof path ||
	    snprintf(temp, sizeof temp, "%s/view.new", r->cfg.store_dir) >=
		(int)sizeof temp) {
		errno = ENAMETOOLONG;
		return -1;
	}
	f = fopen(temp, "we");
	if (f == NULL)
		return -1;
	ret = write_frames(r, f, self);
	if (fflush(f) != 0 || ret == -1)
		return -1;
	return rename(temp, path);
}

void
announce_tick(struct announce *a, struct proto_node *self)
{
	struct router *r = a->r;
	bool active = cluster_self_active(r), reads = cluster_self_reading(r);

	if (self->active != active || self->reads != reads) {
		self->active = active;
		self->reads = reads;
		a->self_changed = true;
	}
	if (a->self_changed) {
		struct proto_node was = *self;

		describe_images(r, self);
		describe_age(r, self);
		self->word = r->word;
		/* chunks come all the time, the rest seldom */
		a->view_changed |= !proto_node_equal(&was, self);
		if (!r->cfg.direct) {
			member_client_announce(r->member, self);
			for (struct image *im = r->images; im != NULL;
			     im = im->next)
				member_client_hold(r->member, &im->m->id,
						   im->held);
		}
	}
	if (a->view_changed && write_view(r, self) == -1) {
		if (!a->write_failed)
			log_warn("%s/view: %s: newcomers cannot learn of this "
				 "cluster from here",
				 r->cfg.store_dir, strerror(errno));
		a->write_failed = true;
	} else {
		a->write_failed = false;
		a->view_changed = false;
	}
	a->self_changed = false;
}
