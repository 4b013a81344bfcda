/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/turn.h"

#include <stdlib.h>

#include "membership/client/client.h"
#include "membership/client/turn_queue.h"
#include "perf/world/rng.h"

struct turn {
	struct member_client *client;
	struct node_id own;
	struct turn_queue queue;
};

static void
on_node(void *ctx, const struct proto_node *n)
{
	turn_queue_node(&((struct turn *)ctx)->queue, n);
}

static void
on_gone(void *ctx, const struct node_id *id, enum proto_reason reason)
{
	turn_queue_gone(&((struct turn *)ctx)->queue, id);
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
}

static void
on_view(void *ctx, uint64_t seq)
{
}

static void
on_lease(void *ctx, const struct proto_lease *l)
{
}

struct turn *
turn_new(struct machine *m, const struct node_id *own)
{
	static const struct member_client_ops ops = {
	    .node = on_node,
	    .hold = on_hold,
	    .gone = on_gone,
	    .view = on_view,
	    .lease = on_lease,
	};
	struct turn *t = must(calloc(1, sizeof *t));
	char path[MACHINE_PATH];

	t->own = *own;
	t->client = must(member_client_new(m->plugin_loop,
					   machine_path(m, "member.sock", path),
					   NULL, 0, &ops, t));
	member_client_boots(t->client, true);
	return t;
}

void
turn_free(struct turn *t)
{
	if (t == NULL)
		return;
	member_client_free(t->client);
	free(t);
}

bool
turn_is_ours(const struct turn *t)
{
	const struct node_id *first = turn_queue_first(&t->queue);

	return !member_client_alone(t->client) && first != NULL &&
	       node_id_equal(first, &t->own);
}
