/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/fault.h"

#include <stdlib.h>

#include "perf/world/clock.h"
#include "perf/world/group.h"
#include "perf/world/machine.h"
#include "perf/world/medium.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"

/* seconds that a clock jumps, back or forth: arbitrary */
#define DAY_JUMP_S 86400

static bool befell[LOT_FAULTS_MAX];

struct planned {
	struct event event; /* must stay the first field: on_planned casts it */
	const struct fault *fault;
	unsigned number;
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
cut_all(struct machine *m, bool both, bool cut)
{
	for (uint32_t i = 0; i < world_machines(); i++)
		if (i != m->number)
			cut_pair(m, world_machine(i), both, cut);
}

static void
damage(struct machine *m)
{
	const struct manifest *image = world_machine(0)->seeds[0];
	struct medium *d = medium_find(m, &image->id);

	trace(m, "has damaged chunks");
	for (uint32_t c = rng_any() % 4; d != NULL && c < image->nchunks;
	     c += 4)
		medium_damage(d, c);
}

static void
power(struct machine *m, const struct fault *f, bool ends)
{
	if (ends && f->kind != CLONE) {
		machine_boot(m);
		return;
	}
	if (f->kind == QUIT)
		machine_quit(m);
	else
		machine_die(m);
	if (f->kind == WIPE)
		medium_wipe(m);
	if (f->kind != CLONE)
		return;
	m->identity = ends ? m->number : f->other;
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
	case QUIT:
	case CLONE:
		power(m, f, ends);
		break;
	case STOP:
		machine_stop(m, !ends);
		break;
	case STOP_ROUTER:
		machine_stop_router(m, !ends);
		break;
	case CUT:
		cut_all(m, true, !ends);
		break;
	case HALF_CARD:
		cut_all(m, false, !ends);
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
	case HANG:
		machine_hang(m, !ends);
		break;
	case CLOCK_JUMP:
		trace(m, "has another time of day");
		m->day_s +=
		    (f->at_ns / MS % 2 == 0) == ends ? -DAY_JUMP_S : DAY_JUMP_S;
		break;
	case GROUP_LOST:
		trace(m, ends ? "has a corosync again" : "has no corosync");
		group_down(m, !ends);
		break;
	case FAULT_KINDS:
		break;
	}
}

/* Returns true if a fault of this kind counts as a fault of its `other`
 * machine, too.  CLONE does, since neither of two machines with the same
 * identity is reliable. */
static bool
takes_two(enum fault_kind kind)
{
	return kind == HALF_CUT || kind == ONE_WAY || kind == CLONE;
}

/* Returns true if a machine with a fault of this kind is unreliable, so that
 * nothing may be expected of it.  A cut between two machines makes neither
 * unreliable, since each reaches all other machines. */
static bool
is_ill(enum fault_kind kind)
{
	return kind != HALF_CUT && kind != ONE_WAY && kind != FULL &&
	       kind != DAMAGE && kind != CLOCK_JUMP && kind != GROUP_LOST;
}

static void
mark(struct machine *m, const struct fault *f, bool ends)
{
	m->fault = ends ? NULL : f;
	m->well_ns = event_now_ns();
	if (is_ill(f->kind))
		m->ills += ends ? -1 : 1;
}

static void
on_planned(struct event *e)
{
	struct planned *p = (struct planned *)e;
	const struct fault *f = p->fault;
	struct machine *m = world_machine(f->machine);
	struct machine *other = world_machine(f->other);
	bool two = takes_two(f->kind);

	if (!p->ends && (m->fault != NULL || !m->on ||
			 (two && (other->fault != NULL || !other->on))))
		return;
	if (p->ends && m->fault != f)
		return;
	befell[p->number] = true;
	mark(m, f, p->ends);
	if (two)
		mark(other, f, p->ends);
	befall(m, f, p->ends);
}

static void
plan(const struct lot *l, unsigned i, int64_t began_ns, bool ends)
{
	struct planned *p = must(calloc(1, sizeof *p));
	const struct fault *f = &l->faults[i];

	p->event.happen = on_planned;
	p->fault = f;
	p->number = i;
	p->ends = ends;
	event_at(&p->event, began_ns + (ends ? f->until_ns : f->at_ns));
}

void
faults_plan(const struct lot *l, int64_t began_ns)
{
	for (unsigned i = 0; i < l->nfaults; i++) {
		plan(l, i, began_ns, false);
		if (l->faults[i].until_ns != INT64_MAX)
			plan(l, i, began_ns, true);
	}
}

bool
fault_befell(unsigned i)
{
	return befell[i];
}

int64_t
faults_end_ns(const struct lot *l)
{
	int64_t last = 0;

	for (unsigned i = 0; i < l->nfaults; i++) {
		int64_t t = l->faults[i].until_ns;

		if (t != INT64_MAX && t > last)
			last = t;
	}
	return last;
}
