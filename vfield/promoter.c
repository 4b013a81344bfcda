/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/promoter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "vfield/control.h"
#include "vfield/promote.h"
#include "vfield/store_place.h"

/* Milliseconds to wait for an answer of this machine's router, which answers at
 * once unless it is busy. */
#define ROUTER_MS 500
#define LOOK_TICKS 2
#define POOL_TEXT (CORE_POOL_MAX * (ADDRESS_TEXT + 1))

enum promoter_state {
	PROMOTER_SATELLITE,
	PROMOTER_STARTED, /* corosync and the member are being started */
	PROMOTER_CORE,
};

struct promoter {
	const struct node_config *c;
	struct node_children *children;
	enum promoter_state state;
	struct promote promote;
	int64_t ready_ms;
	unsigned ticks;
	bool told_pool;
};

struct promoter *
promoter_new(const struct node_config *c, struct node_children *children)
{
	struct promoter *p = calloc(1, sizeof *p);

	if (p == NULL) {
		log_error("cannot start: %m");
		return NULL;
	}
	p->c = c;
	p->children = children;
	return p;
}

void
promoter_free(struct promoter *p)
{
	free(p);
}

/* Counts the core nodes in `group`, the router's answer, and the satellites of
 * the pool whose addresses come before this node's; writes both numbers to f.
 */
static void
count(const struct promoter *p, struct json_object *group,
      struct promote_facts *f)
{
	const struct node_config *c = p->c;
	struct json_object *nodes;
	struct address a;
	size_t n;

	nodes = control_array(group, "nodes", &n);
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(nodes, i);

		if (control_bool(one, "core"))
			f->cores++;
		else if (address_parse(control_string(one, "address"), 0, &a) ==
			     0 &&
			 core_pool_has(&c->pool, &a) &&
			 memcmp(a.ip, c->pool_own.ip, sizeof a.ip) < 0)
			f->before++;
	}
}

/* Called when the core nodes of the last view do not answer: tells the router
 * the pool's addresses, at which there may be members. */
static void
tell_pool(struct promoter *p)
{
	char line[POOL_TEXT] = "member ", text[ADDRESS_TEXT];
	const struct core_pool *pool = &p->c->pool;
	AUTO_FREE char *answer = NULL;

	for (size_t i = 0; i < pool->n; i++) {
		struct address a = pool->at[i];
		size_t len = strlen(line);

		a.port = p->c->set.member_port;
		snprintf(line + len, sizeof line - len, "%s%s",
			 i > 0 ? "," : "", address_text(&a, text));
	}
	answer = control_ask_within(p->c->set.run_dir, line, ROUTER_MS);
	p->told_pool = answer != NULL;
}

static void
look(struct promoter *p, struct supervisor *s, int64_t now_ms)
{
	struct promote_facts f = {.memory = memory_available(),
				  .age_ms = now_ms - p->ready_ms};
	struct json_object *group =
	    control_ask_json_within(p->c->set.run_dir, "group", ROUTER_MS);

	if (group == NULL)
		return;
	f.alone = control_bool(group, "alone");
	count(p, group, &f);
	json_object_put(group);
	if (!f.alone)
		p->told_pool = false;
	else if (!p->told_pool)
		tell_pool(p);
	if (!promote_due(&p->promote, &f, now_ms))
		return;
	log_info("becomes a core node: there %s %u%s",
		 f.cores == 1 ? "is" : "are", f.alone ? 0 : f.cores,
		 f.alone ? " that answers" : "");
	if (node_children_promote(p->children, s) == 0)
		p->state = PROMOTER_STARTED;
}

/* If the node's own member is ready, tells the router that the node has one;
 * the router uses that member as soon as it has joined its group. */
static void
tell_router(struct promoter *p, struct supervisor *s)
{
	AUTO_FREE char *answer = NULL;
	char line[32];

	if (!node_children_member_up(p->children, s))
		return;
	snprintf(line, sizeof line, "core %" PRIu64, p->c->set.member_port);
	answer = control_ask_within(p->c->set.run_dir, line, ROUTER_MS);
	if (answer != NULL)
		p->state = PROMOTER_CORE;
}

void
promoter_tick(struct promoter *p, struct supervisor *s)
{
	int64_t now_ms = clock_now_ns() / NS_PER_MS;

	if (p->ready_ms == 0)
		p->ready_ms = now_ms;
	if (p->state == PROMOTER_STARTED)
		tell_router(p, s);
	else if (p->state == PROMOTER_SATELLITE && p->c->promotable &&
		 p->ticks++ % LOOK_TICKS == 0)
		look(p, s, now_ms);
}
