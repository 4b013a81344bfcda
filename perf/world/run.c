/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/run.h"

#include <inttypes.h>
#include <stdlib.h>

#include "perf/world/chunk.h"
#include "perf/world/clock.h"
#include "perf/world/fault.h"
#include "perf/world/machine.h"
#include "perf/world/reader.h"
#include "perf/world/rng.h"
#include "perf/world/rules.h"
#include "perf/world/trace.h"
#include "router/cluster/image_choice.h"

#define SETTLE_NS (3 * SECOND)
#define TICK_NS (100 * MS)
/* If a read waits longer than this for chunks that are offered, an invariant is
 * broken.  Several times what it takes to give up a peer by patience.h.  The
 * time that a chunk needs on a machine's share of a link is added (watch). */
#define BOUND_NS (10 * SECOND)
/* a read that has waited for so long makes the run look for circles */
#define CIRCLE_NS (3 * SECOND)
/* When nothing has changed for so long, all machines must know the same; some
 * more than FORGOTTEN_NS of rules.c. */
#define REST_NS (30 * SECOND)
/* The most time that is added to REST_NS, until the last copies are made, and
 * connections to a machine that has died unnoticed are given up
 * (patience_hung_ns).  Arbitrary. */
#define SETTLED_NS (90 * SECOND)
#define AGAIN_NS (500 * MS)
#define PROOF_BYTES (8U << 20)
/* time that the proof may take for connections and other delays */
#define PROOF_BEGIN_NS (1 * SECOND)
/* Added to the time of the proof while some machine that is on is not sound:
 * several times what it takes to find out that a peer is useless (UNKNOWN_NS of
 * peer_verdict.c). */
#define PROOF_DOUBT_NS (20 * SECOND)
#define PAYLOAD 0.954
#define READERS_MAX (2 * LOT_MACHINES_MAX + 1)

static const struct lot *lot;
static int64_t began_ns;
/* the image of the lot, and the second image, which is added later */
static struct manifest *images[SEEDS_MAX];
static struct reader *readers[READERS_MAX];
static uint32_t nreaders;
static struct event change, word;

static double
link_rate(void)
{
	return lot->mbit * 125000 * PAYLOAD;
}

static struct reader *
add_reader(uint32_t i, const struct manifest *image, int64_t at_ns)
{
	bool anyhow = lot->workload == ANYHOW;
	struct reader *r =
	    reader_new(world_machine(i), image, anyhow ? READ_ANYHOW : READ_ALL,
		       anyhow ? 2 << 20 : image->size,
		       anyhow ? 1 : 1 << rng_between(0, 5), at_ns);

	readers[nreaders++] = r;
	return r;
}

/* --- another image --- */

/* Makes image 1 the default image, at a random machine that knows image 1 and
 * has no fault that makes it unreliable; tries again later if there is no such
 * machine. */
static void
on_word(struct event *e)
{
	uint32_t from = rng_any() % world_machines();
	char hex[DIGEST_HEX];

	for (uint32_t i = 0; i < world_machines(); i++) {
		struct machine *m =
		    world_machine((from + i) % world_machines());
		const char *why = NULL;

		if (m->router == NULL || m->ills > 0 ||
		    choice_set(m->router->choice,
			       digest_hex(&images[1]->id, hex), &why) == -1)
			continue;
		trace(m, "says that image1 is the default");
		return;
	}
	event_after(e, AGAIN_NS);
}

static void
on_change(struct event *e)
{
	machine_add_image(world_machine(0), images[1]);
	word.happen = on_word;
	event_after(&word, SECOND);
}

/* --- work --- */

struct late_boot {
	/* must stay the first field: on_late_boot casts it */
	struct event event;
	struct machine *machine;
};

static void
on_late_boot(struct event *e)
{
	machine_boot(((struct late_boot *)e)->machine);
}

static void
boot_at(struct machine *m, int64_t at_ns)
{
	struct late_boot *b = must(calloc(1, sizeof *b));

	b->event.happen = on_late_boot;
	b->machine = m;
	event_at(&b->event, at_ns);
}

static void
make_machines(void)
{
	for (uint32_t i = 0; i < lot->machines; i++) {
		struct machine *m = machine_new(i == 0 ? images[0] : NULL);

		m->no_fill = lot->workload != FILL;
		if (lot->budget > 0 && i > 0)
			m->budget = lot->budget;
	}
}

static void
make_readers(void)
{
	int64_t at_ns = began_ns + SETTLE_NS, later_ns;

	later_ns = at_ns + (int64_t)(images[0]->size / link_rate() * 5e8);
	change.happen = on_change;
	if (lot->workload == CHANGE)
		event_at(&change, later_ns);
	for (uint32_t i = 0; i < lot->machines; i++) {
		bool joins =
		    lot->workload == JOINING && i >= lot->cores && i > 0;

		if (joins || lot->workload == STAGGERED)
			at_ns += rng_between(0, 1000) * MS;
		if (joins)
			boot_at(world_machine(i), at_ns);
		else
			machine_boot(world_machine(i));
		if (i == 0 || lot->idle >> i & 1)
			continue;
		add_reader(i, images[0], at_ns);
		if (lot->workload == CHANGE)
			add_reader(i, images[1], later_ns + 2 * SECOND);
	}
}

static void
make(void)
{
	const struct world_net net = {.link = link_rate(),
				      .rtt_ns = lot->rtt_ns,
				      .bloat_ns = 5 * MS,
				      .unfair = true,
				      .cores = lot->cores,
				      .promotes = lot->promotes,
				      .boots = lot->boots};
	uint64_t later = lot->workload == CHANGE ? lot->size : PROOF_BYTES;

	images[0] = chunk_image(0, lot->size, lot->chunk_size);
	images[1] = chunk_image(1, later, lot->chunk_size);
	world_begin(&net);
	make_machines();
	make_readers();
	faults_plan(lot, began_ns);
}

/* Returns true if all faults that end have ended, and all readers that can go
 * on have read all. */
static bool
is_over(void)
{
	int64_t last_ns = faults_end_ns(lot);

	if (last_ns < SETTLE_NS)
		last_ns = SETTLE_NS;
	if (event_now_ns() < began_ns + last_ns)
		return false;
	for (uint32_t i = 0; i < nreaders; i++)
		if (!reader_has_ended(readers[i]) &&
		    reader_can_go_on(readers[i]))
			return false;
	return true;
}

/* Returns how long the work may take from its beginning: until the last fault
 * ends, then twice as long as all machines need if they read only from the
 * seed, and a minute more. */
static int64_t
limit_ns(void)
{
	double each = images[0]->size / link_rate();

	if (lot->workload == CHANGE)
		each *= 2;
	return faults_end_ns(lot) + SETTLE_NS +
	       (int64_t)(each * lot->machines * 2e9) + 60 * SECOND;
}

static void
watch(void)
{
	double share = 32.0 * (256 << 10) * lot->machines / link_rate();
	bool waits = false;

	for (uint32_t i = 0; i < nreaders; i++) {
		reader_watch(readers[i], BOUND_NS + (int64_t)(share * 1e9));
		waits |= !reader_has_ended(readers[i]) &&
			 reader_waits_ns(readers[i]) > CIRCLE_NS;
	}
	rules_always();
	if (waits)
		rules_no_circle();
}

/* Runs the world until `over` returns true, or until the time until_ns.
 * Meanwhile checks what must always hold. */
static void
go_on(bool (*over)(void), int64_t until_ns)
{
	int64_t watched_ns = event_now_ns();

	while ((over == NULL || !over()) && event_now_ns() < until_ns &&
	       event_step()) {
		if (event_now_ns() - watched_ns < TICK_NS)
			continue;
		watched_ns = event_now_ns();
		watch();
	}
}

static void
end_of_work(void)
{
	for (uint32_t i = 0; i < nreaders; i++)
		if (!reader_has_ended(readers[i]) &&
		    reader_can_go_on(readers[i]))
			trace_broken(reader_machine(readers[i]),
				     "has read only %" PRIu64 " bytes",
				     reader_bytes(readers[i]));
}

/* --- rest and proof --- */

/* Returns true if nothing is on its way and, with FILL, all copies are made.
 * If `last` is true, reports what is still on its way or missing. */
static bool
has_settled(bool last)
{
	return rules_idle(last) &&
	       (lot->workload != FILL || rules_copies(images[0], last));
}

static void
rest(void)
{
	int64_t until_ns = event_now_ns() + REST_NS + SETTLED_NS;

	nreaders = 0;
	go_on(NULL, event_now_ns() + REST_NS);
	while (!has_settled(event_now_ns() >= until_ns) &&
	       event_now_ns() < until_ns)
		go_on(NULL, event_now_ns() + SECOND);
	if (trace_broken_count() == 0)
		rules_at_rest();
}

static struct reader *proof;

static bool
is_proved(void)
{
	return reader_has_ended(proof);
}

/* Returns a random machine, not machine 0, that is on and has no fault; NULL if
 * there is none. */
static struct machine *
choose_prover(void)
{
	uint32_t from = rng_any() % lot->machines;

	for (uint32_t i = 0; i < lot->machines; i++) {
		struct machine *m = world_machine((from + i) % lot->machines);

		if (m->number != 0 && m->on && m->fault == NULL)
			return m;
	}
	return NULL;
}

/* Makes one machine read image 1, and reports if that takes longer than twice
 * the time that its link needs.  With FILL all machines copy image 1, too, and
 * share the seed's link. */
static void
prove(void)
{
	struct machine *m = choose_prover();
	double each = PROOF_BYTES / link_rate();
	int64_t most_ns;

	if (m == NULL || lot->workload == CHANGE ||
	    world_machine(0)->fault != NULL)
		return;
	most_ns = (int64_t)(each * 2e9) + PROOF_BEGIN_NS + 40 * lot->rtt_ns;
	if (lot->workload == FILL)
		most_ns *= lot->machines;
	if (rules_any_doubtful())
		most_ns += PROOF_DOUBT_NS;
	on_change(&change);
	go_on(NULL, event_now_ns() + 5 * SECOND);
	proof = readers[nreaders++] =
	    reader_new(m, images[1], READ_ALL, PROOF_BYTES, 16, event_now_ns());
	go_on(is_proved, event_now_ns() + 2 * most_ns);
	if (reader_took_ns(proof) > most_ns)
		trace_broken(
		    m, "reads alone, after all, for %.1f s, not %.1f",
		    (is_proved() ? reader_took_ns(proof) : 2 * most_ns) / 1e9,
		    most_ns / 1e9);
}

unsigned
run_lot(const struct lot *l)
{
	lot = l;
	began_ns = event_now_ns();
	make();
	go_on(is_over, began_ns + limit_ns());
	end_of_work();
	if (trace_broken_count() == 0)
		rest();
	if (trace_broken_count() == 0)
		prove();
	for (uint32_t i = 0; i < world_machines(); i++)
		if (world_machine(i)->on)
			machine_die(world_machine(i));
	return trace_broken_count();
}
