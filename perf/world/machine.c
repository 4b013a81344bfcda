/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/machine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/clock.h"
#include "perf/world/medium.h"
#include "perf/world/plugin.h"
#include "perf/world/rng.h"
#include "perf/world/tcp.h"
#include "perf/world/trace.h"
#include "router/image/image.h"

#define COPIES 3
#define WINDOW 128 /* router/main.c has the same */
#define CORE 0     /* the number of the machine that all are told of */

static struct world_net net;
static struct machine *machines[MACHINES_MAX];
static uint32_t nmachines;
static uint8_t *cuts; /* reasons, by from * MACHINES_MAX + to */

void
world_begin(const struct world_net *n)
{
	net = *n;
	cuts = must(calloc((size_t)MACHINES_MAX * MACHINES_MAX, sizeof *cuts));
}

uint32_t
world_machines(void)
{
	return nmachines;
}

struct machine *
world_machine(uint32_t number)
{
	return machines[number];
}

static struct address
address_of(uint32_t number, uint16_t port)
{
	struct address a = {.ip = {[10] = 0xff, [11] = 0xff, [12] = 10},
			    .port = port};

	a.ip[14] = (number + 1) >> 8;
	a.ip[15] = (number + 1) & 0xff;
	return a;
}

struct machine *
machine_new(const struct manifest *seeds, bool core)
{
	struct machine *m = must(calloc(1, sizeof *m));

	m->number = nmachines;
	snprintf(m->name, sizeof m->name, "n%u", m->number);
	m->address = address_of(m->number, PORT_NBD);
	m->seeds = seeds;
	m->budget = UINT64_MAX / 2;
	m->no_fill = true;
	link_init(&m->up, net.link);
	link_init(&m->down, net.link);
	LIST_INIT(&m->files);
	LIST_INIT(&m->media);
	if (core)
		m->member_loop = clock_loop_new(m);
	machines[nmachines++] = m;
	return m;
}

struct machine *
machine_at(const struct address *a)
{
	uint32_t number = (a->ip[14] << 8 | a->ip[15]) - 1;

	return number < nmachines ? machines[number] : NULL;
}

struct machine *
machine_of_path(const char *path)
{
	unsigned number;

	if (sscanf(path, "/world/%u/", &number) != 1 || number >= nmachines)
		return NULL;
	return machines[number];
}

bool
machine_on(const struct machine *m)
{
	return m->on;
}

bool
machine_cut(const struct machine *a, const struct machine *b)
{
	return cuts[a->number * MACHINES_MAX + b->number] > 0;
}

/* A packet waits behind others on a busy link. */
int64_t
machine_delay_ns(const struct machine *a, const struct machine *b)
{
	bool busy = a->up.nflows > 0 || b->down.nflows > 0;

	return net.rtt_ns / 2 + (busy ? net.bloat_ns : 0);
}

/* A share as TCP gives it: log-normal, by twelve throws for a normal one. */
double
machine_weight(void)
{
	double sum = -6;

	if (!net.unfair)
		return 1;
	for (int i = 0; i < 12; i++)
		sum += (double)(rng_any() >> 11) / (UINT64_C(1) << 53);
	return exp(sum);
}

/* --- its processes --- */

static const char *
path_of(const struct machine *m, const char *name)
{
	static char path[64];

	snprintf(path, sizeof path, "/world/%u/%s", m->number, name);
	return strdup(path);
}

static void
boot_member(struct machine *m)
{
	struct member_settings s = {
	    .socket_path = path_of(m, "member.sock"),
	    .tcp = true,
	    .listen = address_of(m->number, PORT_MEMBER),
	};

	m->member = must(member_new(m->member_loop, &s));
	free((char *)s.socket_path);
}

static struct proto_node
describe(const struct machine *m)
{
	struct proto_node self = {
	    .nbd = m->address, .serves = true, .budget = m->budget};
	uint64_t a = m->number * UINT64_C(0x9e3779b97f4a7c15), b = ~a * 31;

	memcpy(self.id.b, &a, sizeof a);
	memcpy(self.id.b + sizeof a, &b, sizeof b);
	snprintf(self.name, sizeof self.name, "%s", m->name);
	self.member_port = m->member_loop != NULL ? PORT_MEMBER : 0;
	return self;
}

static void
configure(struct machine *m, struct router *r)
{
	static const char *const seed[] = {"10.0.0.1:10809"};

	r->cfg.run_dir = path_of(m, "run");
	r->cfg.store_dir = path_of(m, "store");
	r->cfg.ready_fd = OPTION_NO_FD;
	r->cfg.limits = (struct limits){.budget = m->budget,
					.copies = COPIES,
					.window = WINDOW,
					.no_fill = m->no_fill};
	if (m->number != CORE) {
		r->cfg.peers.v[0] = seed[0];
		r->cfg.peers.n = 1;
	}
}

static struct manifest *
copy_of(const struct manifest *m)
{
	struct manifest *copy = must(malloc(sizeof *copy));

	*copy = *m;
	copy->chunks = must(calloc(m->nchunks, sizeof *m->chunks));
	memcpy(copy->chunks, m->chunks, m->nchunks * sizeof *m->chunks);
	return copy;
}

static void
boot_router(struct machine *m)
{
	struct router *r = must(calloc(1, sizeof *r));
	struct proto_node self = describe(m);
	struct address core = address_of(CORE, PORT_MEMBER);
	const char *socket = m->member != NULL ? path_of(m, "member.sock") : 0;
	const char *what;

	m->router = r;
	m->router_loop = r->loop = clock_loop_new(m);
	configure(m, r);
	r->member = must(member_client_new(
	    r->loop, socket, &core, m->number != CORE, &router_member_ops, r));
	free((char *)socket);
	if (router_start(r, &self, NULL, &what) == -1)
		trace_broken(m, "router: %s: %s", what, strerror(errno));
	if (m->seeds != NULL)
		must(images_add(r->images, copy_of(m->seeds), "image"));
	if (router_join(r) == -1)
		trace_broken(m, "router: join");
}

void
machine_boot(struct machine *m)
{
	trace(m, "boots");
	m->on = true;
	tcp_machine_boots(m);
	m->plugin_loop = clock_loop_new(m);
	m->plugin = plugin_new(m);
	if (m->member_loop != NULL)
		boot_member(m);
	boot_router(m);
}

static void
end_router(struct machine *m)
{
	struct router *r = m->router;

	m->mute = true;
	m->router = NULL;
	router_stop(r);
	free((char *)r->cfg.run_dir);
	free((char *)r->cfg.store_dir);
	loop_free(r->loop);
	free(r);
	m->mute = false;
}

void
machine_restart_router(struct machine *m)
{
	trace(m, "its router is killed");
	end_router(m);
	boot_router(m);
}

void
machine_die(struct machine *m)
{
	trace(m, "dies");
	m->on = false;
	tcp_machine_dies(m);
	if (m->member_loop != NULL)
		clock_stop(m->member_loop, false);
	end_router(m);
	member_free(m->member);
	m->member = NULL;
	plugin_free(m->plugin);
	loop_free(m->plugin_loop);
	m->plugin = NULL;
}

void
machine_stop(struct machine *m, bool stopped)
{
	trace(m, stopped ? "stops" : "goes on");
	clock_stop(m->router_loop, stopped);
	clock_stop(m->plugin_loop, stopped);
	if (m->member_loop != NULL)
		clock_stop(m->member_loop, stopped);
}

void
machine_stop_router(struct machine *m, bool stopped)
{
	trace(m, stopped ? "its router stops" : "its router goes on");
	clock_stop(m->router_loop, stopped);
}

/* A change of a link is noticed with the next flow that comes or goes. */
static void
set_link(struct link *l, double bytes_per_s)
{
	struct link *const ends[FLOW_ENDS] = {l};
	struct flow f = {0};

	l->cap = bytes_per_s / 1e9;
	flow_start(&f, ends, 1, 1);
	flow_end(&f);
}

void
machine_slow(struct machine *m, double part)
{
	trace(m, "has %.5f of its link", part);
	set_link(&m->up, net.link * part);
	set_link(&m->down, net.link * part);
}

void
machine_barren(struct machine *m, bool barren)
{
	trace(m, barren ? "answers no read" : "answers reads again");
	m->barren = barren;
	if (!barren)
		plugin_go_on(m->plugin);
}

bool
machine_offers(const struct machine *m, const struct digest *image,
	       uint32_t chunk)
{
	const struct medium *d = medium_find(m, image);

	return m->on && m->ills == 0 && d != NULL && medium_has(d, chunk);
}

void
machine_set_cut(struct machine *a, struct machine *b, bool cut)
{
	uint8_t *reasons = &cuts[a->number * MACHINES_MAX + b->number];

	trace(a, "%s %s", cut ? "is cut from" : "reaches again", b->name);
	*reasons += cut ? 1 : -1;
	if (*reasons == cut)
		tcp_cut(a, b, cut);
}
