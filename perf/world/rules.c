/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "perf/world/clock.h"
#include "perf/world/conn.h"
#include "perf/world/group.h"
#include "perf/world/medium.h"
#include "perf/world/plugin.h"
#include "perf/world/trace.h"
#include "perf/world/turn.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/fetch/fetch_inside.h"
#include "router/image/image.h"

/* number of chunks; the same as IN_FLIGHT_MIN in router/fetch/fetch_ask.c */
#define IN_FLIGHT_MIN 8
/* For so long two boot services may both take it to be their turn, while news
 * is on its way.  Arbitrary: several times what a message of the group takes,
 * and some ticks of the member. */
#define TURN_NS (3 * SECOND)
/* When a machine has been off for so long, all others must have removed it from
 * their tables.  guests.h, member.h and client.h have the times. */
#define FORGOTTEN_NS (25 * SECOND)
/* An ask that is older than this must not be part of a circle.  A younger ask
 * may be, since it may have been made before the line or a tree changed: it is
 * given up after LINE_PATIENCE_NS. */
#define OLD_ASK_NS (LINE_PATIENCE_NS + 2 * SECOND)
#define DEEP 64 /* most steps of a path; a longer path counts as a circle */

/* machines about which something was reported already */
static bool told[MACHINES_MAX];

#define BROKEN(m, ...)                                                         \
	do {                                                                   \
		if (!told[(m)->number])                                        \
			trace_broken((m), __VA_ARGS__);                        \
		told[(m)->number] = true;                                      \
	} while (0)

static bool
is_sound(const struct machine *m)
{
	return m->on && m->ills == 0 && m->fault == NULL;
}

/* --- at any moment --- */

static unsigned
nimages(const struct machine *m)
{
	const struct image *im;
	unsigned n = 0;

	IMAGES_FOREACH (im, m->router->images)
		n++;
	return n > 0 ? n : 1;
}

static void
check_in_flight(const struct machine *m)
{
	const struct fetches *fs = m->router->fetches;
	const struct fetch *f;
	uint64_t own = 0, most = 0;
	uint32_t n = 0;

	TAILQ_FOREACH (f, &fs->asked, entry) {
		uint32_t size = f->image->m->chunk_size;

		if (f->urgency == FETCH_PEER)
			continue;
		n++;
		own += size;
		most = size > most ? size : most;
	}
	if (n > IN_FLIGHT_MIN && own > FETCH_IN_FLIGHT_BYTES + most)
		BROKEN(m, "has %" PRIu64 " bytes on their way, in %u chunks",
		       own, n);
	if (conn_most_to_one(m) > CONN_MOST * nimages(m))
		BROKEN(m, "has %u connections to one machine",
		       conn_most_to_one(m));
}

/* Checks how many bytes of chunks machine m has in memory.  These may be three
 * times the chunks on their way to m, since some are asked for twice and some
 * are being hashed, and one chunk more for each connection of another
 * machine. */
static void
check_memory(const struct machine *m)
{
	uint64_t out = 0, most = 3 * FETCH_IN_FLIGHT_BYTES;
	const struct image *im;

	IMAGES_FOREACH (im, m->router->images) {
		out += buffers_bytes_out(im->buffers);
		most +=
		    (uint64_t)plugin_sessions(m->plugin) * im->m->chunk_size;
	}
	if (out > most)
		BROKEN(m, "has %" PRIu64 " bytes of chunks in memory", out);
}

static void
check_turns(void)
{
	static int64_t since_ns[MACHINES_MAX];
	int64_t now = event_now_ns();

	for (uint32_t i = 0; i < world_machines(); i++) {
		const struct machine *a = world_machine(i);
		bool two = false;

		for (uint32_t k = 0; k < i; k++) {
			const struct machine *b = world_machine(k);

			two |= a->turn != NULL && b->turn != NULL &&
			       !a->stopped && !b->stopped &&
			       group_ring(a) != 0 &&
			       group_ring(a) == group_ring(b) &&
			       now - group_since_ns(a) > TURN_NS &&
			       turn_is_ours(a->turn) && turn_is_ours(b->turn);
		}
		if (!two)
			since_ns[i] = 0;
		else if (since_ns[i] == 0)
			since_ns[i] = now;
		else if (now - since_ns[i] > TURN_NS)
			BROKEN(a, "has a turn that another has in its ring");
	}
}

void
rules_always(void)
{
	for (uint32_t i = 0; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (m->router == NULL)
			continue;
		check_in_flight(m);
		check_memory(m);
	}
	check_turns();
}

/* --- circles --- */

struct step {
	const struct machine *at;
	struct digest image;
	uint32_t chunk;
};

static char circle[256];

struct path {
	unsigned n;
	struct step steps[DEEP];
};

/* Writes the steps of path p, and step s, which closes the circle, to `text`.
 */
static void
tell_circle(const struct path *p, const struct step *s, char *text, size_t room)
{
	size_t n = 0;

	for (unsigned i = 0; i < p->n && n < room; i++)
		n += snprintf(text + n, room - n, " %s:%u",
			      p->steps[i].at->name, p->steps[i].chunk);
	if (n < room)
		snprintf(text + n, room - n, " %s:%u", s->at->name, s->chunk);
}

static const struct fetch *
fetch_at(const struct step *s)
{
	const struct image *im;

	if (s->at->router == NULL)
		return NULL;
	im = image_by_id(s->at->router->images, &s->image);
	return im != NULL ? im->fetching[s->chunk] : NULL;
}

static bool
is_on(const struct path *p, const struct step *s)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->steps[i].at == s->at && p->steps[i].chunk == s->chunk &&
		    digest_equal(&p->steps[i].image, &s->image))
			return true;
	return p->n == DEEP;
}

/* Returns true if step s is part of a circle: if all asks for its chunk wait
 * for chunks that wait, perhaps by way of further ones, for a step of path
 * p. */
static bool
is_stuck(struct path *p, const struct step *s)
{
	const struct fetch *f = fetch_at(s);
	bool stuck = true;

	if (f == NULL || f->state != FETCH_ASKED || s->at->ills > 0 ||
	    event_now_ns() - f->asked_ns < OLD_ASK_NS)
		return false;
	p->steps[p->n++] = *s;
	for (unsigned i = 0; i < 2 && stuck; i++) {
		struct step next;

		if (f->asks[i] == NULL)
			continue;
		stuck = conn_waits_for(&f->asks[i]->ask, &next.at, &next.image,
				       &next.chunk);
		if (stuck && is_on(p, &next))
			tell_circle(p, &next, circle, sizeof circle);
		else
			stuck = stuck && is_stuck(p, &next);
	}
	p->n--;
	return stuck;
}

/* Returns true if some machine offers the chunk, reaches s->at, and has had no
 * fault for OLD_ASK_NS.  If none does, machines may rightly wait for each
 * other. */
static bool
is_offered(const struct step *s)
{
	for (uint32_t i = 0; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (m != s->at && machine_offers(m, &s->image, s->chunk) &&
		    event_now_ns() - m->well_ns > OLD_ASK_NS &&
		    !machine_cut(m, s->at) && !machine_cut(s->at, m))
			return true;
	}
	return false;
}

void
rules_no_circle(void)
{
	struct path p = {0};

	for (uint32_t i = 0; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);
		const struct fetch *f;

		if (m->router == NULL)
			continue;
		TAILQ_FOREACH (f, &m->router->fetches->asked, entry) {
			const struct step s = {m, f->image->m->id, f->chunk};

			if (is_offered(&s) && is_stuck(&p, &s))
				BROKEN(m, "waits for itself:%s", circle);
		}
	}
}

/* --- at rest --- */

/* Returns how many of the first n chunks are in bitmap a and not in b. */
static uint32_t
more_than(const struct bitmap *a, const struct bitmap *b, uint32_t n)
{
	uint32_t more = 0;

	for (uint32_t c = 0; c < n; c++)
		more += a != NULL && bitmap_has(a, c) &&
			(b == NULL || !bitmap_has(b, c));
	return more;
}

/* Checks that machine m knows which chunks machine `of`, the node at `slot`,
 * holds.  But m need not know of a chunk that `of` once refused to send: m has
 * noted that `of` lacks it (routes_lacks), and if `of` got it back before it
 * announced the loss, it announces nothing. */
static void
check_held(const struct machine *m, uint32_t slot, const struct machine *of)
{
	const struct image *im, *its;

	IMAGES_FOREACH (im, m->router->images) {
		const struct bitmap *said = routes_held(im, slot);
		uint32_t n = im->m->nchunks;

		its = image_by_id(of->router->images, &im->m->id);
		if (its == NULL)
			continue;
		if (im->routes->at[slot].complete) {
			if (bitmap_count(its->held) < n)
				BROKEN(m, "takes %s for complete", of->name);
			continue;
		}
		if (more_than(said, its->held, n) > 0 ||
		    more_than(its->held, said, n) > conn_refusals(m, of))
			BROKEN(m, "does not know what %s holds: %u, not %u",
			       of->name, routes_held_count(im, slot),
			       bitmap_count(its->held));
	}
}

static void
check_knows(const struct machine *m, const struct machine *of)
{
	struct node_id id = machine_id(of);
	uint32_t slot = nodes_find(m->router->nodes, &id);
	const struct node *n =
	    slot != ROUTE_NONE ? nodes_at(m->router->nodes, slot) : NULL;

	if (n == NULL || n->provisional) {
		if (is_sound(of))
			BROKEN(m, "does not know %s", of->name);
		return;
	}
	if (!of->on && event_now_ns() - of->since_ns > FORGOTTEN_NS)
		BROKEN(m, "still knows %s, which is off", of->name);
	if (!is_sound(of))
		return;
	if (!address_equal(&n->info.nbd, &of->address))
		BROKEN(m, "takes another for %s", of->name);
	check_held(m, slot, of);
}

/* Returns true if m has no asks and no chunks on their way or in memory.  If
 * `last` is true, reports m if it has some. */
static bool
is_idle(const struct machine *m, bool last)
{
	const struct fetches *fs = m->router->fetches;
	const struct image *im;
	uint64_t out = 0;

	IMAGES_FOREACH (im, m->router->images)
		out += buffers_bytes_out(im->buffers);
	if (fs->asks == 0 && fs->own == 0 && fs->in_flight == 0 && out == 0 &&
	    fs->pipe.in_flight == 0)
		return true;
	if (last)
		BROKEN(m,
		       "is at rest with %u asks, %u of its own, %" PRIu64
		       " bytes on their way, %" PRIu64 " in memory",
		       fs->asks, fs->own, fs->in_flight, out);
	return false;
}

bool
rules_idle(bool last)
{
	bool idle = true;

	for (uint32_t i = 0; i < world_machines(); i++)
		if (is_sound(world_machine(i)))
			idle = is_idle(world_machine(i), last) && idle;
	return idle;
}

static void
check_default(const struct machine *m)
{
	const struct machine *first = world_machine(0);
	const struct image *a, *b;

	if (!is_sound(first))
		return;
	a = choice_default(m->router->choice);
	b = choice_default(first->router->choice);
	if (a == NULL || b == NULL || !digest_equal(&a->m->id, &b->m->id))
		BROKEN(m, "has another default image than the first");
}

static void
check_one_turn(void)
{
	unsigned services = 0, turns = 0;
	uint32_t i;

	for (i = 0; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (m->turn == NULL)
			continue;
		if (!is_sound(m))
			return;
		services++;
		turns += turn_is_ours(m->turn);
	}
	if (services > 0 && turns != 1)
		trace_broken(NULL, "%u of %u boot services have the turn",
			     turns, services);
}

void
rules_at_rest(void)
{
	for (uint32_t i = 0; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (!is_sound(m))
			continue;
		for (uint32_t k = 0; k < world_machines(); k++)
			if (k != i)
				check_knows(m, world_machine(k));
		check_default(m);
	}
	check_one_turn();
}

/* --- copies --- */

/* Returns the least number of copies that any chunk has: the copies are counted
 * on machines that offer the chunk, machine 0 left out. */
static uint32_t
least_copies(const struct manifest *image)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t c = 0; c < image->nchunks; c++) {
		uint32_t n = 0;

		for (uint32_t i = 1; i < world_machines(); i++)
			n += machine_offers(world_machine(i), &image->id, c);
		least = n < least ? n : least;
	}
	return least;
}

/* Returns how many copies each chunk must have: 0.95 of the room of all sound
 * machines except machine 0, in images, rounded down; a machine counts as one
 * image at most. */
static uint32_t
wanted_copies(const struct manifest *image)
{
	double room = 0;

	for (uint32_t i = 1; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (is_sound(m))
			room +=
			    m->budget < image->size ? m->budget : image->size;
	}
	return 0.95 * room / image->size;
}

bool
rules_any_doubtful(void)
{
	for (uint32_t i = 0; i < world_machines(); i++)
		if (world_machine(i)->on && !is_sound(world_machine(i)))
			return true;
	return false;
}

bool
rules_copies(const struct manifest *image, bool last)
{
	uint32_t least = least_copies(image), wanted = wanted_copies(image);

	/* routers count the copies on a machine that is on but not sound, and
	 * least_copies does not, so the two numbers cannot be compared */
	if (rules_any_doubtful() || least >= wanted)
		return true;
	if (last)
		trace_broken(NULL, "a chunk has %u copies, not %u", least,
			     wanted);
	return false;
}
