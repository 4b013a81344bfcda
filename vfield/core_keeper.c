/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/core_keeper.h"

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

#define NS_PER_MS 1000000
/* The router of this machine answers at once, or is busy. */
#define ROUTER_MS 500
#define LOOK_TICKS 2
#define POOL_TEXT (CORE_POOL_MAX * (ADDRESS_TEXT + 1))

enum keeper_state {
	KEEPER_SATELLITE,
	KEEPER_STARTED, /* its member is being started */
	KEEPER_CORE,
};

struct core_keeper {
	const struct node_config *c;
	struct node_children *children;
	enum keeper_state state;
	struct promote promote;
	int64_t ready_ms;
	unsigned ticks;
	bool told_pool;
};

struct core_keeper *
core_keeper_new(const struct node_config *c, struct node_children *children)
{
	struct core_keeper *k = calloc(1, sizeof *k);

	if (k == NULL) {
		log_error("cannot start: %m");
		return NULL;
	}
	k->c = c;
	k->children = children;
	return k;
}

void
core_keeper_free(struct core_keeper *k)
{
	free(k);
}

/* Counts the core, and the satellites that come before this one. */
static void
count(const struct core_keeper *k, struct json_object *group,
      struct promote_facts *f)
{
	const struct node_config *c = k->c;
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

/* Where core nodes may be that nobody has told of: those of the last view do
 * not answer. */
static void
tell_pool(struct core_keeper *k)
{
	char line[POOL_TEXT] = "member ", text[ADDRESS_TEXT];
	const struct core_pool *p = &k->c->pool;
	AUTO_FREE char *answer = NULL;

	for (size_t i = 0; i < p->n; i++) {
		struct address a = p->at[i];
		size_t len = strlen(line);

		a.port = k->c->set.member_port;
		snprintf(line + len, sizeof line - len, "%s%s",
			 i > 0 ? "," : "", address_text(&a, text));
	}
	answer = control_ask_within(k->c->set.run_dir, line, ROUTER_MS);
	k->told_pool = answer != NULL;
}

static void
look(struct core_keeper *k, struct supervisor *s, int64_t now_ms)
{
	struct promote_facts f = {.memory = memory_available(),
				  .age_ms = now_ms - k->ready_ms};
	struct json_object *group =
	    control_ask_json_within(k->c->set.run_dir, "group", ROUTER_MS);

	if (group == NULL)
		return;
	f.alone = control_bool(group, "alone");
	count(k, group, &f);
	json_object_put(group);
	if (!f.alone)
		k->told_pool = false;
	else if (!k->told_pool)
		tell_pool(k);
	if (!promote_due(&k->promote, &f, now_ms))
		return;
	log_info("becomes a core node: there %s %u%s",
		 f.cores == 1 ? "is" : "are", f.alone ? 0 : f.cores,
		 f.alone ? " that answers" : "");
	if (node_children_promote(k->children, s) == 0)
		k->state = KEEPER_STARTED;
}

/* The router goes over once the member has joined the group. */
static void
tell_router(struct core_keeper *k, struct supervisor *s)
{
	AUTO_FREE char *answer = NULL;
	char line[32];

	if (!node_children_member_up(k->children, s))
		return;
	snprintf(line, sizeof line, "core %" PRIu64, k->c->set.member_port);
	answer = control_ask_within(k->c->set.run_dir, line, ROUTER_MS);
	if (answer != NULL)
		k->state = KEEPER_CORE;
}

void
core_keeper_tick(struct core_keeper *k, struct supervisor *s)
{
	int64_t now_ms = clock_now_ns() / NS_PER_MS;

	if (k->ready_ms == 0)
		k->ready_ms = now_ms;
	if (k->state == KEEPER_STARTED)
		tell_router(k, s);
	else if (k->state == KEEPER_SATELLITE && k->c->promotable &&
		 k->ticks++ % LOOK_TICKS == 0)
		look(k, s, now_ms);
}
