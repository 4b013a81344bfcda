/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/crowd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "perf/world/chunk.h"
#include "perf/world/clock.h"
#include "perf/world/copies.h"
#include "perf/world/machine.h"
#include "perf/world/reader.h"
#include "perf/world/rng.h"
#include "perf/world/trace.h"

/* rate of payload, as a part of a link's raw rate (perf/README, "crowd") */
#define PAYLOAD 0.954

struct settings {
	uint64_t seed, readers, mb, mbit, rtt_us, bloat_us, depth, chunk_kb,
	    stagger_ms, settle_ms, trace, unfair, limit_s, store;
};

static struct settings set = {
    .seed = 1,
    .readers = 1,
    .mb = 16,
    .mbit = 100,
    .rtt_us = 500,
    .bloat_us = 5000,
    .depth = 16,
    .chunk_kb = 128,
    .settle_ms = 3000,
    .limit_s = 600,
};

static const struct {
	const char *name;
	uint64_t *value;
} names[] = {
    {"seed", &set.seed},
    {"readers", &set.readers},
    {"mb", &set.mb},
    {"mbit", &set.mbit},
    {"rtt_us", &set.rtt_us},
    {"bloat_us", &set.bloat_us},
    {"depth", &set.depth},
    {"chunk_kb", &set.chunk_kb},
    {"stagger_ms", &set.stagger_ms},
    {"settle_ms", &set.settle_ms},
    {"trace", &set.trace},
    {"unfair", &set.unfair},
    {"limit_s", &set.limit_s},
    /* budget of each machine's store, in per cent of the image; see copies.h */
    {"store", &set.store},
};

#define NNAMES (sizeof names / sizeof *names)

void
crowd_usage(void)
{
	for (size_t i = 0; i < NNAMES; i++)
		fprintf(stderr, "  %s=%" PRIu64 "\n", names[i].name,
			*names[i].value);
}

int
crowd_set(const char *arg)
{
	const char *eq = strchr(arg, '=');
	char *end;

	for (size_t i = 0; eq != NULL && i < NNAMES; i++)
		if (strlen(names[i].name) == (size_t)(eq - arg) &&
		    strncmp(names[i].name, arg, eq - arg) == 0) {
			*names[i].value = strtoull(eq + 1, &end, 10);
			return eq[1] != '\0' && *end == '\0' ? 0 : -1;
		}
	return -1;
}

static struct reader **readers;

static void
make_world(const struct manifest *image)
{
	const struct world_net net = {.link = set.mbit * 125000.0 * PAYLOAD,
				      .rtt_ns = set.rtt_us * US,
				      .bloat_ns = set.bloat_us * US,
				      .unfair = set.unfair};
	int64_t at_ns = event_now_ns() + (int64_t)set.settle_ms * MS;

	world_begin(&net);
	machine_new(image);
	for (uint64_t i = 0; i < set.readers; i++)
		machine_new(NULL);
	for (uint32_t i = 1; i < world_machines() && set.store > 0; i++) {
		world_machine(i)->no_fill = false;
		world_machine(i)->budget = image->size / 100 * set.store;
	}
	for (uint32_t i = 0; i < world_machines() - (set.store > 0); i++)
		machine_boot(world_machine(i));
	if (set.store > 0)
		return;
	readers = must(calloc(set.readers, sizeof *readers));
	for (uint64_t i = 0; i < set.readers; i++)
		readers[i] = reader_new(
		    world_machine(i + 1), image, READ_ALL, image->size,
		    set.depth, at_ns + (int64_t)(i * set.stagger_ms) * MS);
}

static bool
all_done(void)
{
	for (uint64_t i = 0; i < set.readers; i++)
		if (!reader_has_ended(readers[i]))
			return false;
	return true;
}

static void
report(const struct manifest *image, int64_t began_ns)
{
	double link = set.mbit * 125000.0 * PAYLOAD, sum = 0, least = 1e9;
	struct rusage ru;
	double cpu;
	int64_t longest = 0;

	for (uint64_t i = 0; i < set.readers; i++) {
		int64_t took = reader_took_ns(readers[i]);
		double rate = reader_has_ended(readers[i])
				  ? image->size / (took / 1e9) / link
				  : 0;

		if (!reader_has_ended(readers[i]))
			trace_broken(reader_machine(readers[i]),
				     "has read only %" PRIu64 " bytes",
				     reader_bytes(readers[i]));
		sum += rate;
		least = rate < least ? rate : least;
		if (reader_longest_ns(readers[i]) > longest)
			longest = reader_longest_ns(readers[i]);
	}
	getrusage(RUSAGE_SELF, &ru);
	cpu = ru.ru_utime.tv_sec + ru.ru_utime.tv_usec / 1e6;
	printf("mean %.3f slowest %.3f longest_read_ms %" PRId64 "\n",
	       sum / set.readers, least, longest / MS);
	printf("trace %016" PRIx64 "\n", trace_hash());
	fprintf(stderr,
		"%.1f s simulated in %.2f s, %" PRIu64 " steps, %ld MB\n",
		(event_now_ns() - began_ns) / 1e9, cpu, clock_steps(),
		ru.ru_maxrss / 1024);
}

int
crowd_run(void)
{
	int64_t began_ns = event_now_ns();
	struct manifest *image;

	if (set.readers == 0 || set.readers >= MACHINES_MAX || set.mb == 0)
		return -1;
	rng_seed(set.seed);
	trace_print(set.trace);
	image = chunk_image(1, set.mb << 20, set.chunk_kb << 10);
	make_world(image);
	if (set.store > 0) {
		copies_run(image);
		return trace_broken_count() > 0;
	}
	while (!all_done() &&
	       event_now_ns() - began_ns < (int64_t)set.limit_s * SECOND &&
	       event_step())
		;
	report(image, began_ns);
	return trace_broken_count() > 0;
}
