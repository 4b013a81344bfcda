/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/lot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "perf/world/chunk.h"
#include "perf/world/clock.h"
#include "perf/world/machine.h"
#include "perf/world/medium.h"
#include "perf/world/reader.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"

#define SETTLE_NS (3 * SECOND)
#define TICK_NS (100 * MS)
/* A read that waits longer than that, for what is there to be had, has found a
 * fault of ours: some times what patience.h takes to give up a peer.  The
 * share of a link that a crowd leaves to each comes on top. */
#define BOUND_NS (10 * SECOND)
#define PAYLOAD 0.954

const char *const workload_names[] = {
    "crowd", "staggered", "lone", "anyhow", "fill", "small-stores",
};

const char *const fault_names[] = {
    "kill",   "wipe",     "leave",   "stop",   "stop-router",
    "cut",    "half-cut", "one-way", "slow",   "dribble",
    "barren", "lie",      "full",    "damage", "restart",
};

/* --- drawing --- */

static bool
lasts_for_ever(enum fault_kind kind)
{
	switch (kind) {
	case LEAVE:
		return true;
	case KILL:
	case WIPE:
	case DAMAGE:
	case RESTART:
		return false;
	default:
		return rng_between(0, 3) == 0;
	}
}

/* The seed's faults pass, and it keeps its image. */
static void
draw_fault(const struct lot *l, struct fault *f)
{
	int64_t span = 2 * SECOND + (int64_t)(l->size * 8000 / l->mbit);

	f->machine = rng_any() % l->machines;
	do
		f->kind = rng_any() % FAULT_KINDS;
	while (f->machine == 0 &&
	       (f->kind == WIPE || f->kind == LEAVE || f->kind == DAMAGE));
	f->other =
	    (f->machine + 1 + rng_any() % (l->machines - 1)) % l->machines;
	f->at_ns = SETTLE_NS + rng_between(0, span);
	f->until_ns = f->at_ns + rng_between(200, 15000) * MS;
	if (lasts_for_ever(f->kind) && f->machine != 0)
		f->until_ns = INT64_MAX;
}

void
lot_draw(struct lot *l, uint64_t seed)
{
	static const uint64_t rates[] = {25, 100, 1000};
	static const int64_t rtts_us[] = {100, 500, 5000, 50000};

	rng_seed(seed);
	*l = (struct lot){.seed = seed, .chunk_size = 128 << 10};
	l->workload = rng_any() % WORKLOADS;
	l->machines = rng_between(2, 10);
	l->mbit = rates[rng_any() % 3];
	l->rtt_ns = rtts_us[rng_any() % 4] * US;
	l->size = (uint64_t)rng_between(4, 32) << 20;
	if (l->mbit == 1000)
		l->size *= 4;
	if (l->workload == SMALL_STORES ||
	    (l->workload == FILL && seed % 2 != 0))
		l->budget = STORE_BUDGET_MIN;
	l->nfaults = rng_between(0, LOT_FAULTS_MAX);
	for (unsigned i = 0; i < l->nfaults; i++) {
		draw_fault(l, &l->faults[i]);
		/* two in one moment */
		if (i > 0 && rng_between(0, 3) == 0)
			l->faults[i].at_ns = l->faults[i - 1].at_ns;
		if (l->faults[i].until_ns < l->faults[i].at_ns)
			l->faults[i].until_ns = l->faults[i].at_ns + SECOND;
	}
}

void
lot_print(const struct lot *l, const struct lot_less *less)
{
	printf("seed %" PRIu64 ": %s, %u machines, %" PRIu64 " MB, %" PRIu64
	       " Mbit/s, rtt %.1f ms\n",
	       l->seed, workload_names[l->workload], l->machines, l->size >> 20,
	       l->mbit, l->rtt_ns / 1e6);
	for (unsigned i = 0; i < l->nfaults; i++) {
		const struct fault *f = &l->faults[i];

		if (less->faults >> i & 1)
			continue;
		printf("fault %u: n%u %s", i, f->machine, fault_names[f->kind]);
		if (f->kind == HALF_CUT || f->kind == ONE_WAY)
			printf(" n%u", f->other);
		printf(" at %.3f", f->at_ns / 1e9);
		if (f->until_ns != INT64_MAX)
			printf(" until %.3f", f->until_ns / 1e9);
		putchar('\n');
	}
}

/* --- faults --- */

struct planned {
	struct event event; /* first */
	const struct fault *fault;
	bool ends;
};

static void
cut_pair(struct machine *a, struct machine *b, bool both, bool cut)
{
	machine_set_cut(a, b, cut);
	if (both)
		machine_set_cut(b, a, cut);
}

static void
cut_all(struct machine *m, bool cut)
{
	for (uint32_t i = 0; i < world_machines(); i++)
		if (i != m->number)
			cut_pair(m, world_machine(i), true, cut);
}

static void
damage(struct machine *m)
{
	const struct manifest *image = world_machine(0)->seeds;
	struct medium *d = medium_find(m, &image->id);

	trace(m, "has damaged chunks");
	for (uint32_t c = rng_any() % 4; d != NULL && c < image->nchunks;
	     c += 4)
		medium_damage(d, c);
}

static void
power(struct machine *m, enum fault_kind kind, bool ends)
{
	if (!ends)
		machine_die(m);
	if (!ends && kind == WIPE)
		medium_wipe(m);
	if (ends)
		machine_boot(m);
}

static void
befall(struct machine *m, const struct fault *f, bool ends)
{
	struct machine *other = world_machine(f->other);

	switch (f->kind) {
	case KILL:
	case WIPE:
	case LEAVE:
		power(m, f->kind, ends);
		break;
	case STOP:
		machine_stop(m, !ends);
		break;
	case STOP_ROUTER:
		machine_stop_router(m, !ends);
		break;
	case CUT:
		cut_all(m, !ends);
		break;
	case HALF_CUT:
	case ONE_WAY:
		cut_pair(m, other, f->kind == HALF_CUT, !ends);
		break;
	case SLOW:
		machine_slow(m, ends ? 1 : 0.1);
		break;
	case DRIBBLE:
		machine_slow(m, ends ? 1 : 0.00002);
		break;
	case BARREN:
		machine_barren(m, !ends);
		break;
	case LIE:
		trace(m, ends ? "lies no more" : "lies");
		m->lies = !ends;
		break;
	case FULL:
		trace(m, ends ? "has room again" : "has a full disk");
		medium_fill(m, !ends);
		break;
	case DAMAGE:
		if (!ends)
			damage(m);
		break;
	case RESTART:
		if (!ends)
			machine_restart_router(m);
		break;
	case FAULT_KINDS:
		break;
	}
}

/* Cuts between two are no illness of either; the others would reach both. */
static bool
is_ill(enum fault_kind kind)
{
	return kind != HALF_CUT && kind != ONE_WAY && kind != FULL &&
	       kind != DAMAGE;
}

/* A machine has one fault at a time, and one that is off none. */
static void
on_planned(struct event *e)
{
	struct planned *p = (struct planned *)e;
	const struct fault *f = p->fault;
	struct machine *m = world_machine(f->machine);
	struct machine *other = world_machine(f->other);
	bool pair = f->kind == HALF_CUT || f->kind == ONE_WAY;

	if (!p->ends && (m->ills > 0 || m->fault != NULL || !m->on ||
			 (pair && other->fault != NULL)))
		return;
	if (p->ends && m->fault != f)
		return;
	m->fault = p->ends ? NULL : f;
	if (pair)
		other->fault = m->fault;
	if (is_ill(f->kind))
		m->ills += p->ends ? -1 : 1;
	befall(m, f, p->ends);
}

static void
plan(const struct fault *f, int64_t began_ns, bool ends)
{
	struct planned *p = must(calloc(1, sizeof *p));

	p->event.happen = on_planned;
	p->fault = f;
	p->ends = ends;
	event_at(&p->event, began_ns + (ends ? f->until_ns : f->at_ns));
}

/* --- running --- */

static struct reader *readers[MACHINES_MAX];
static uint32_t nreaders;

static void
add_reader(const struct lot *l, const struct manifest *image, uint32_t i,
	   int64_t at_ns)
{
	bool anyhow = l->workload == ANYHOW;

	readers[nreaders++] =
	    reader_new(world_machine(i), image, anyhow ? READ_ANYHOW : READ_ALL,
		       anyhow ? 2 << 20 : l->size,
		       anyhow ? 1 : 1 << rng_between(0, 5), at_ns);
}

static void
make(const struct lot *l, const struct lot_less *less)
{
	const struct world_net net = {.link = l->mbit * 125000 * PAYLOAD,
				      .rtt_ns = l->rtt_ns,
				      .bloat_ns = 5 * MS,
				      .unfair = true};
	struct manifest *image = chunk_image(l->size, l->chunk_size);
	int64_t began_ns = event_now_ns(), at_ns = began_ns + SETTLE_NS;

	world_begin(&net);
	for (uint32_t i = 0; i < l->machines; i++) {
		struct machine *m = machine_new(i == 0 ? image : NULL, i == 0);

		m->no_fill = l->workload != FILL;
		if (l->budget > 0 && i > 0)
			m->budget = l->budget;
		machine_boot(m);
		if (l->workload == STAGGERED)
			at_ns += rng_between(0, 1000) * MS;
		if (i == 0 || (l->workload == LONE && i > 1))
			continue;
		if (!(less->readers >> i & 1))
			add_reader(l, image, i, at_ns);
	}
	for (unsigned i = 0; i < l->nfaults; i++) {
		const struct fault *f = &l->faults[i];

		if (less->faults >> i & 1)
			continue;
		plan(f, began_ns, false);
		if (f->until_ns != INT64_MAX)
			plan(f, began_ns, true);
	}
}

/* The end of the last fault that has one. */
static int64_t
last_end_ns(const struct lot *l)
{
	int64_t last = SETTLE_NS;

	for (unsigned i = 0; i < l->nfaults; i++) {
		int64_t t = l->faults[i].until_ns;

		if (t != INT64_MAX && t > last)
			last = t;
	}
	return last;
}

/* Faults that pass have passed, and who could go on has come to the end. */
static bool
is_over(const struct lot *l, int64_t began_ns)
{
	if (event_now_ns() < began_ns + last_end_ns(l))
		return false;
	for (uint32_t i = 0; i < nreaders; i++)
		if (!reader_has_ended(readers[i]) &&
		    reader_can_go_on(readers[i]))
			return false;
	return true;
}

/* The time by which all must be over, were all read from the seed. */
static int64_t
limit_ns(const struct lot *l)
{
	double each = l->size / (l->mbit * 125000 * PAYLOAD);

	return last_end_ns(l) + (int64_t)(each * l->machines * 2e9) +
	       60 * SECOND;
}

static void
watch(const struct lot *l)
{
	double share =
	    32.0 * (256 << 10) * l->machines / (l->mbit * 125000 * PAYLOAD);

	for (uint32_t i = 0; i < nreaders; i++)
		reader_watch(readers[i], BOUND_NS + (int64_t)(share * 1e9));
}

static void
end(void)
{
	for (uint32_t i = 0; i < nreaders; i++)
		if (!reader_has_ended(readers[i]) &&
		    reader_can_go_on(readers[i]))
			trace_broken(reader_machine(readers[i]),
				     "has read only %" PRIu64 " bytes",
				     reader_bytes(readers[i]));
	for (uint32_t i = 0; i < world_machines(); i++)
		if (world_machine(i)->on)
			machine_die(world_machine(i));
}

unsigned
lot_run(const struct lot *l, const struct lot_less *less)
{
	int64_t began_ns = event_now_ns(), watched_ns = began_ns;
	int64_t until_ns = began_ns + limit_ns(l);

	make(l, less);
	while (!is_over(l, began_ns) && event_now_ns() < until_ns &&
	       event_step()) {
		if (event_now_ns() - watched_ns < TICK_NS)
			continue;
		watched_ns = event_now_ns();
		watch(l);
	}
	end();
	return trace_broken_count();
}
