/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/machine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/chunk.h"
#include "perf/world/clock.h"
#include "perf/world/group.h"
#include "perf/world/medium.h"
#include "perf/world/plugin.h"
#include "perf/world/rng.h"
#include "perf/world/supervisor.h"
#include "perf/world/tcp.h"
#include "perf/world/trace.h"
#include "perf/world/turn.h"
#include "router/image/image.h"

#define COPIES 3
/* chunks of the read-ahead window; the same as WINDOW_DEFAULT in
 * router/main.c */
#define WINDOW 128
#define CORES_MAX 8

static struct world_net net;
static struct machine *machines[MACHINES_MAX];
static uint32_t nmachines;
/* how many cuts the way of packets between two machines has now, at [from *
 * MACHINES_MAX + to] */
static uint8_t *cuts;

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
machine_new(const struct manifest *seeds)
{
	struct machine *m = must(calloc(1, sizeof *m));

	m->number = m->identity = nmachines;
	snprintf(m->name, sizeof m->name, "n%u", m->number);
	m->address = address_of(m->number, PORT_NBD);
	m->seeds[0] = seeds;
	m->budget = UINT64_MAX / 2;
	m->no_fill = true;
	link_init(&m->up, net.link);
	link_init(&m->down, net.link);
	LIST_INIT(&m->files);
	LIST_INIT(&m->media);
	m->core = m->number < (net.cores > 0 ? net.cores : 1);
	m->promotable = net.promotes;
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

int64_t
machine_delay_ns(const struct machine *a, const struct machine *b)
{
	bool busy = a->up.nflows > 0 || b->down.nflows > 0;

	return net.rtt_ns / 2 + (busy ? net.bloat_ns : 0);
}

/* Returns the weight of a new flow: 1, or, if net.unfair, a log-normal number,
 * as TCP shares a link; the sum of twelve random numbers stands for a normal
 * one. */
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

/* --- a machine's processes --- */

const char *
machine_path(const struct machine *m, const char *name, char buf[MACHINE_PATH])
{
	snprintf(buf, MACHINE_PATH, "/world/%u/%s", m->number, name);
	return buf;
}

static void
boot_member(struct machine *m)
{
	char path[MACHINE_PATH];
	struct member_settings s = {
	    .socket_path = machine_path(m, "member.sock", path),
	    .tcp = true,
	    .listen = address_of(m->number, PORT_MEMBER),
	    .group = net.cores > 0 ? &group_driver : NULL,
	};
	struct node_id own = machine_id(m);

	m->member_loop = clock_loop_new(m);
	m->member = must(member_new(m->member_loop, &s));
	if (net.boots)
		m->turn = turn_new(m, &own);
}

void
machine_add_member(struct machine *m)
{
	if (m->member == NULL)
		boot_member(m);
}

struct node_id
machine_id(const struct machine *m)
{
	uint64_t a = m->identity * UINT64_C(0x9e3779b97f4a7c15), b = ~a * 31;
	struct node_id id;

	memcpy(id.b, &a, sizeof a);
	memcpy(id.b + sizeof a, &b, sizeof b);
	return id;
}

static struct proto_node
describe(const struct machine *m)
{
	struct proto_node self = {.id = machine_id(m),
				  .nbd = m->address,
				  .serves = true,
				  .budget = m->budget};

	snprintf(self.name, sizeof self.name, "%s", m->name);
	self.member_port = m->member != NULL ? PORT_MEMBER : 0;
	return self;
}

static void
configure(struct machine *m, struct router *r)
{
	static const char *const seed[] = {"10.0.0.1:10809"};
	char path[MACHINE_PATH];

	r->cfg.run_dir = must(strdup(machine_path(m, "run", path)));
	r->cfg.store_dir = must(strdup(machine_path(m, "store", path)));
	r->cfg.ready_fd = OPTION_NO_FD;
	r->cfg.limits = (struct limits){.budget = m->budget,
					.copies = COPIES,
					.window = WINDOW,
					.no_fill = m->no_fill};
	if (m->number != 0) {
		r->cfg.peers.v[0] = seed[0];
		r->cfg.peers.n = 1;
	}
}

/* Writes the addresses of the core nodes that machine m is told of to `cores`,
 * and returns how many: all of the group except m, or, without a group, machine
 * 0. */
static size_t
cores_of(const struct machine *m, struct address *cores)
{
	uint32_t all = net.cores > 0 ? net.cores : 1;
	size_t n = 0;

	for (uint32_t i = 0; i < all && n < CORES_MAX; i++)
		if (i != m->number)
			cores[n++] = address_of(i, PORT_MEMBER);
	return n;
}

static void
boot_router(struct machine *m)
{
	struct router *r = must(calloc(1, sizeof *r));
	struct proto_node self = describe(m);
	struct address cores[CORES_MAX];
	size_t ncores = cores_of(m, cores);
	char path[MACHINE_PATH];
	const char *what;

	m->router = r;
	m->router_loop = r->loop = clock_loop_new(m);
	configure(m, r);
	machine_path(m, "member.sock", path);
	r->member =
	    must(member_client_new(r->loop, m->member != NULL ? path : NULL,
				   cores, ncores, &router_member_ops, r));
	if (router_start(r, &self, NULL, &what) == -1)
		trace_broken(m, "router: %s: %s", what, strerror(errno));
	for (unsigned i = 0; i < SEEDS_MAX; i++)
		if (m->seeds[i] != NULL)
			must(images_add(
			    r->images, chunk_image_copy(m->seeds[i]), "image"));
	if (router_join(r) == -1)
		trace_broken(m, "router: join");
}

void
machine_boot(struct machine *m)
{
	trace(m, m->identity == m->number ? "boots" : "boots as another");
	m->on = true;
	m->since_ns = event_now_ns();
	tcp_machine_boots(m);
	m->plugin_loop = clock_loop_new(m);
	m->plugin = plugin_new(m);
	if (m->core)
		boot_member(m);
	boot_router(m);
	if (m->promotable && !m->core)
		m->supervisor = supervisor_begin(m);
}

/* Ends the router of machine m, as by SIGKILL (`mute` is true) or as by
 * SIGTERM. */
static void
end_router(struct machine *m, bool mute)
{
	struct router *r = m->router;

	m->mute = mute;
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
	end_router(m, true);
	boot_router(m);
}

static void
end_others(struct machine *m)
{
	supervisor_end(m->supervisor);
	m->supervisor = NULL;
	turn_free(m->turn);
	m->turn = NULL;
	member_free(m->member);
	m->member = NULL;
	loop_free(m->member_loop);
	m->member_loop = NULL;
	plugin_free(m->plugin);
	m->plugin = NULL;
	loop_free(m->plugin_loop);
	m->plugin_loop = NULL;
	m->stopped = false;
	m->since_ns = event_now_ns();
}

void
machine_add_image(struct machine *m, const struct manifest *image)
{
	trace(m, "has a second image");
	m->seeds[1] = image;
	if (m->router != NULL)
		must(images_add(m->router->images, chunk_image_copy(image),
				"image"));
}

void
machine_die(struct machine *m)
{
	trace(m, "dies");
	m->on = false;
	tcp_machine_dies(m);
	end_router(m, true);
	m->mute = true;
	end_others(m);
	m->mute = false;
}

void
machine_quit(struct machine *m)
{
	trace(m, "is shut down");
	end_router(m, false);
	end_others(m);
	m->on = false;
	tcp_machine_dies(m);
}

void
machine_stop(struct machine *m, bool stopped)
{
	trace(m, stopped ? "stops" : "goes on");
	m->stopped = stopped;
	clock_stop(m->router_loop, stopped);
	clock_stop(m->plugin_loop, stopped);
	if (m->member_loop != NULL)
		clock_stop(m->member_loop, stopped);
	group_stir();
}

void
machine_stop_router(struct machine *m, bool stopped)
{
	trace(m, stopped ? "its router stops" : "its router goes on");
	clock_stop(m->router_loop, stopped);
}

/* Changes the rate of a link.  net.c uses a link's rate only when a flow comes
 * or goes, so this function starts and ends a flow. */
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

void
machine_hang(struct machine *m, bool hangs)
{
	trace(m, hangs ? "has a medium that hangs" : "reads and writes again");
	m->hangs = hangs;
	if (hangs)
		return;
	clock_stop(m->router_loop, false);
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
	if (*reasons != cut)
		return;
	tcp_cut(a, b, cut);
	group_stir();
}
