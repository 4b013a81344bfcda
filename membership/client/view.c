/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "membership/wire/hold.h"
#include "membership/client/node_set.h"
#include "membership/wire/numbers.h"
#include "membership/wire/proto_flags.h"

/* bytes of a buffer for any NODE, which takes 3 KB and PROTO_FIELDS_MAX */
#define NODE_BYTES 8192

struct view {
	struct loop *loop;
	const struct member_client_ops *ops;
	void *ctx;
	struct node_set *known;
	struct numbers *numbers;
	/* the last NODE message of each node's number; a FLAGS message changes
	 * the flags in it; NULL: none came, or there was no memory */
	uint8_t *frames[PROTO_NUMBERS_MAX];
	bool first_view;
	uint64_t seq;
	struct loop_timer sweep;
};

static void
forget_frames(struct view *h)
{
	for (unsigned i = 0; i < PROTO_NUMBERS_MAX; i++) {
		free(h->frames[i]);
		h->frames[i] = NULL;
	}
}

static void
retire(void *ctx, const struct node_id *id)
{
	struct view *h = ctx;

	h->ops->gone(h->ctx, id, PROTO_REASON_UNKNOWN);
}

static void
sweep_fire(void *ctx)
{
	struct view *h = ctx;

	if (node_set_retire(h->known, retire, h) > 0)
		h->ops->view(h->ctx, h->seq);
}

struct view *
view_new(struct loop *l, const struct member_client_ops *ops, void *ctx)
{
	struct view *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->loop = l;
	h->ops = ops;
	h->ctx = ctx;
	h->sweep = (struct loop_timer){.fire = sweep_fire, .ctx = h};
	h->known = node_set_new(CLIENT_NODES_MAX);
	h->numbers = numbers_new();
	if (h->known == NULL || h->numbers == NULL) {
		view_free(h);
		errno = ENOMEM;
		return NULL;
	}
	return h;
}

void
view_free(struct view *h)
{
	if (h == NULL)
		return;
	loop_timer_cancel(h->loop, &h->sweep);
	forget_frames(h);
	node_set_free(h->known);
	numbers_free(h->numbers);
	free(h);
}

void
view_begin(struct view *h)
{
	node_set_begin(h->known);
	numbers_clear(h->numbers);
	forget_frames(h);
	h->first_view = true;
	loop_timer_cancel(h->loop, &h->sweep);
}

void
view_lost(struct view *h)
{
	loop_timer_cancel(h->loop, &h->sweep);
}

static void
keep_frame(struct view *h, const struct proto_msg *m)
{
	uint8_t buf[NODE_BYTES], **frame = &h->frames[m->number];
	ssize_t n = proto_encode_as(m, PROTO_HIGHEST, buf, sizeof buf);

	free(*frame);
	*frame = n == -1 ? NULL : malloc(n);
	if (*frame != NULL)
		memcpy(*frame, buf, n);
}

/* Sets *n to the node of a FLAGS, with its flags.  Returns false if the node is
 * not known. */
static bool
find_node(const struct view *h, const struct proto_flags *f,
	  struct proto_node *n)
{
	const uint8_t *frame = h->frames[f->number];
	struct proto_msg m;

	if (frame == NULL || proto_decode(frame, NODE_BYTES, &m) <= 0)
		return false;
	*n = m.node;
	return node_set_has(h->known, &n->id) && proto_flags_set(n, f);
}

bool
view_node(struct view *h, const struct proto_msg *m,
	  const struct proto_node *self, struct proto_node *n)
{
	bool own;

	if (m->type == PROTO_FLAGS)
		return find_node(h, &m->flags, n);
	*n = m->node;
	own = self != NULL && node_id_equal(&n->id, &self->id);
	if (m->number == PROTO_NUMBER_TWIN) {
		if (own && h->ops->twin != NULL)
			h->ops->twin(h->ctx, n);
		return false;
	}
	numbers_set(h->numbers, m->number, n);
	keep_frame(h, m);
	if (own)
		return false;
	return node_set_add(h->known, &n->id) == 0;
}

void
view_holds(struct view *h, const struct proto_msg *m)
{
	const uint8_t *parts = m->parts;
	size_t left = m->nparts;
	struct proto_hold hold;

	while (left > 0 && hold_next(&parts, &left, &hold))
		if (numbers_resolve(h->numbers, &hold) &&
		    node_set_has(h->known, &hold.node))
			h->ops->hold(h->ctx, &hold);
}

void
view_gone(struct view *h, const struct node_id *id, enum proto_reason reason)
{
	numbers_forget(h->numbers, id);
	if (node_set_remove(h->known, id))
		h->ops->gone(h->ctx, id, reason);
}

void
view_end(struct view *h, uint64_t seq, bool alone)
{
	h->seq = seq;
	h->ops->view(h->ctx, seq);
	if (h->first_view && !alone)
		loop_timer_set(h->loop, &h->sweep,
			       loop_now_ns(h->loop) +
				   CLIENT_SWEEP_MS * NS_PER_MS);
	h->first_view = false;
}
