/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/copies.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "perf/world/clock.h"
#include "perf/world/machine.h"
#include "perf/world/medium.h"
#include "router/fetch/fetch.h"

#define QUIET 8 /* an event is over after so many seconds without a change */
/* seconds after which a hundred machines have all booted and begun to copy */
#define BEGINS 20
/* the longest time of one event: arbitrary, far beyond what any event needs */
#define LIMIT_S 900

struct state {
	uint32_t least, most;
	double mean, squares, room;
	/* how many chunks were copied by the machines that are on */
	uint64_t copied;
};

static uint32_t
copies_of(const struct manifest *image, uint32_t chunk)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);
		const struct medium *d = medium_find(m, &image->id);

		n += m->on && d != NULL && medium_has(d, chunk);
	}
	return n;
}

static struct state
look(const struct manifest *image)
{
	struct state s = {.least = UINT32_MAX};

	for (uint32_t c = 0; c < image->nchunks; c++) {
		uint32_t n = copies_of(image, c);

		s.least = n < s.least ? n : s.least;
		s.most = n > s.most ? n : s.most;
		s.mean += (double)n / image->nchunks;
		s.squares += (double)n * n / image->nchunks;
	}
	for (uint32_t i = 1; i < world_machines(); i++) {
		const struct machine *m = world_machine(i);

		if (!m->on || m->router == NULL)
			continue;
		s.room += (double)m->budget / image->size;
		s.copied += fetch_counts(m->router->fetches)->filled;
	}
	return s;
}

static void
until(int64_t at_ns)
{
	while (event_now_ns() < at_ns && event_step())
		;
}

/* Runs the world until no copies change any more, and prints the event's row.
 */
static void
settle(const struct manifest *image, const char *event, uint64_t before)
{
	unsigned second = 0, changed = 0;
	int64_t began_ns = event_now_ns();
	struct state s = look(image), was;

	while ((second < BEGINS || second - changed < QUIET) &&
	       second < LIMIT_S) {
		was = s;
		until(began_ns + ++second * SECOND);
		s = look(image);
		if (s.copied != was.copied || s.mean != was.mean)
			changed = second;
	}
	printf("%s %u %.2f %u %.3f %u %.3f %.3f\n", event, changed, s.room,
	       s.least, s.mean, s.most,
	       sqrt(fmax(0, s.squares - s.mean * s.mean)),
	       (double)(s.copied - before) / image->nchunks);
	fflush(stdout);
}

void
copies_run(const struct manifest *image)
{
	uint32_t last = world_machines() - 1;

	settle(image, "begun", 0);
	machine_boot(world_machine(last));
	settle(image, "join", look(image).copied);
	machine_die(world_machine(1));
	settle(image, "death", look(image).copied);
}
