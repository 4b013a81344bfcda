/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/supervisor.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/clock.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"
#include "router/cluster/cluster.h"
#include "router/status.h"
#include "vfield/control.h"
#include "vfield/promoter.h"
#include "vfield/store_place.h"

#define TICK_NS (1000 * MS)
/* bytes of memory that memory_available returns on every machine */
#define MEMORY (1ULL << 30)

char *__wrap_control_ask_within(const char *run_dir, const char *question,
				int ms);
struct json_object *__wrap_control_ask_json_within(const char *run_dir,
						   const char *question,
						   int ms);

struct world_supervisor {
	struct machine *machine;
	struct node_config config;
	struct promoter *promoter;
	struct loop_timer tick;
};

/* --- what the promoter asks of others --- */

uint64_t
memory_available(void)
{
	return MEMORY;
}

int
node_children_promote(struct node_children *n, struct supervisor *s)
{
	struct machine *m = (struct machine *)n;

	trace(m, "becomes a core node");
	machine_add_member(m);
	return 0;
}

bool
node_children_member_up(const struct node_children *n,
			const struct supervisor *s)
{
	return ((const struct machine *)n)->member != NULL;
}

/* Returns the router whose run directory is run_dir.  Returns NULL and sets
 * errno to ETIMEDOUT if no router runs there, or if it is stopped. */
static struct router *
router_at(const char *run_dir)
{
	struct machine *m = machine_of_path(run_dir);

	if (m->router != NULL && !clock_is_stopped(m->router_loop))
		return m->router;
	errno = ETIMEDOUT;
	return NULL;
}

/* Adds each address in `list`, which the question `member ADDR:PORT,...`
 * contains, to the core nodes that router r knows. */
static void
learn_members(struct router *r, char *list)
{
	struct address a;
	char *one;

	while ((one = strsep(&list, ",")) != NULL)
		if (address_parse(one, PORT_MEMBER, &a) == 0)
			member_client_add_core(r->member, &a, true);
}

/* Answers the questions `core N` and `member ...` as router/control.c does. */
char *
__wrap_control_ask_within(const char *run_dir, const char *question, int ms)
{
	struct router *r = router_at(run_dir);
	char *copy = must(strdup(question)), path[MACHINE_PATH];

	if (r == NULL) {
		free(copy);
		return NULL;
	}
	if (strncmp(copy, "core ", 5) == 0) {
		machine_path(machine_of_path(run_dir), "member.sock", path);
		member_client_own(r->member, path);
		cluster_self_core(r->cluster, atoi(copy + 5));
	} else if (strncmp(copy, "member ", 7) == 0) {
		learn_members(r, copy + 7);
	}
	return copy;
}

struct json_object *
__wrap_control_ask_json_within(const char *run_dir, const char *question,
			       int ms)
{
	struct router *r = router_at(run_dir);

	return r != NULL ? status_group_json(r) : NULL;
}

/* --- the machine's supervisor --- */

static void
on_tick(void *ctx)
{
	struct world_supervisor *s = ctx;

	promoter_tick(s->promoter, NULL);
	clock_deliver(s->machine->plugin_loop, &s->tick,
		      event_now_ns() + TICK_NS);
}

struct world_supervisor *
supervisor_begin(struct machine *m)
{
	struct world_supervisor *s = must(calloc(1, sizeof *s));
	struct node_config *c = &s->config;
	char path[MACHINE_PATH];

	s->machine = m;
	c->set.run_dir = must(strdup(machine_path(m, "run", path)));
	c->set.member_port = PORT_MEMBER;
	c->promotable = true;
	for (uint32_t i = 0; i < world_machines() && i < CORE_POOL_MAX; i++) {
		c->pool.at[c->pool.n] = world_machine(i)->address;
		c->pool.at[c->pool.n++].port = 0;
	}
	c->pool_own = m->address;
	s->promoter = must(promoter_new(c, (struct node_children *)m));
	s->tick = (struct loop_timer){.fire = on_tick, .ctx = s};
	clock_deliver(m->plugin_loop, &s->tick, event_now_ns() + TICK_NS);
	return s;
}

void
supervisor_end(struct world_supervisor *s)
{
	if (s == NULL)
		return;
	loop_timer_cancel(s->machine->plugin_loop, &s->tick);
	promoter_free(s->promoter);
	free((char *)s->config.set.run_dir);
	free(s);
}
