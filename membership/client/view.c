/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/view.h"

#include <errno.h>
#include <stdlib.h>

#include "membership/wire/hold.h"
#include "membership/client/node_set.h"
#include "membership/wire/numbers.h"

struct view {
	struct loop *loop;
	const struct member_client_ops *ops;
	void *ctx;
	struct node_set *known;
	struct numbers *numbers;
	bool first_view;
	uint64_t seq;
	struct loop_timer sweep;
};

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
	node_set_free(h->known);
	numbers_free(h->numbers);
	free(h);
}

void
view_begin(struct view *h)
{
	node_set_begin(h->known);
	numbers_clear(h->numbers);
	h->first_view = true;
	loop_timer_cancel(h->loop, &h->sweep);
}

void
view_lost(struct view *h)
{
	loop_timer_cancel(h->loop, &h->sweep);
}

bool
view_node(struct view *h, uint16_t number, const struct proto_node *n,
	  const struct proto_node *self)
{
	bool own = self != NULL && node_id_equal(&n->id, &self->id);

	if (number == PROTO_NUMBER_TWIN) {
		if (own && h->ops->twin != NULL)
			h->ops->twin(h->ctx, n);
		return false;
	}
	numbers_set(h->numbers, number, n);
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
