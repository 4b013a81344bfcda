/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/lot.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/store.h"
#include "perf/world/clock.h"
#include "perf/world/rng.h"

const char *const workload_names[] = {
    "crowd", "staggered",    "lone",    "anyhow",
    "fill",  "small-stores", "joining", "change",
};

const char *const fault_names[] = {
    "kill",       "wipe",    "leave",      "stop",    "stop-router", "cut",
    "half-cut",   "one-way", "slow",       "dribble", "barren",      "lie",
    "full",       "damage",  "restart",    "quit",    "half-card",   "hang",
    "clock-jump", "clone",   "group-lost",
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
	case QUIT:
	case CLONE:
	case CLOCK_JUMP:
	case GROUP_LOST:
		return false;
	default:
		return rng_between(0, 3) == 0;
	}
}

/* Returns true if the lot may have the fault.  Machine 0, the seed, must keep
 * its image and its identity, and must not leave; only a core node of a group
 * can lose its corosync. */
static bool
suits(const struct lot *l, const struct fault *f)
{
	if (f->kind == GROUP_LOST)
		return f->machine < l->cores;
	return f->machine != 0 || (f->kind != WIPE && f->kind != LEAVE &&
				   f->kind != DAMAGE && f->kind != CLONE);
}

static void
draw_fault(const struct lot *l, struct fault *f)
{
	int64_t span = 2 * SECOND + (int64_t)(l->size * 8000 / l->mbit);

	do {
		f->machine = rng_any() % l->machines;
		f->kind = rng_any() % FAULT_KINDS;
	} while (!suits(l, f));
	f->other =
	    (f->machine + 1 + rng_any() % (l->machines - 1)) % l->machines;
	f->at_ns = 3 * SECOND + rng_between(0, span);
	f->until_ns = f->at_ns + rng_between(200, 15000) * MS;
	if (lasts_for_ever(f->kind) && f->machine != 0)
		f->until_ns = INT64_MAX;
}

static void
draw_faults(struct lot *l)
{
	l->nfaults = rng_between(0, LOT_FAULTS_MAX);
	for (unsigned i = 0; i < l->nfaults; i++) {
		struct fault *f = &l->faults[i];

		draw_fault(l, f);
		/* with a chance of 1 in 4 this fault begins together with the
		 * one before */
		if (i > 0 && rng_between(0, 3) == 0)
			f->at_ns = l->faults[i - 1].at_ns;
		if (f->until_ns < f->at_ns)
			f->until_ns = f->at_ns + SECOND;
	}
}

void
lot_draw(struct lot *l, uint64_t seed)
{
	static const uint64_t rates[] = {25, 100, 1000};
	static const int64_t rtts_us[] = {100, 500, 5000, 50000};

	rng_seed(seed);
	*l = (struct lot){.seed = seed, .chunk_size = 128 << 10};
	l->workload = seed % WORKLOADS;
	l->machines = rng_between(2, 10);
	l->mbit = rates[rng_any() % 3];
	l->rtt_ns = rtts_us[rng_any() % 4] * US;
	l->size = (uint64_t)rng_between(4, 32) << 20;
	if (l->mbit == 1000)
		l->size *= 4;
	if (l->workload == SMALL_STORES ||
	    (l->workload == FILL && rng_between(0, 1) == 0))
		l->budget = STORE_BUDGET_MIN;
	if (rng_between(0, 1) == 0) {
		l->cores = rng_between(1, l->machines < 3 ? l->machines : 3);
		l->promotes = rng_between(0, 1) == 0;
		l->boots = rng_between(0, 1) == 0;
	}
	if (l->workload == LONE)
		l->idle = ~UINT64_C(2);
	draw_faults(l);
}

/* --- as text --- */

#define NUMBER(name)                                                           \
	{                                                                      \
#name, offsetof(struct lot, name)                              \
	}

static const struct {
	const char *name;
	size_t at;
} numbers[] = {
    NUMBER(seed),   NUMBER(machines), NUMBER(cores),      NUMBER(promotes),
    NUMBER(boots),  NUMBER(size),     NUMBER(chunk_size), NUMBER(mbit),
    NUMBER(rtt_ns), NUMBER(budget),   NUMBER(idle),
};

#define NNUMBERS (sizeof numbers / sizeof *numbers)

void
lot_print(const struct lot *l)
{
	printf("workload %s\n", workload_names[l->workload]);
	for (size_t i = 0; i < NNUMBERS; i++)
		printf("%s %" PRIu64 "\n", numbers[i].name,
		       *(const uint64_t *)((const char *)l + numbers[i].at));
	for (unsigned i = 0; i < l->nfaults; i++) {
		const struct fault *f = &l->faults[i];

		printf("fault %s %u %u %" PRId64 " %" PRId64 "\n",
		       fault_names[f->kind], f->machine, f->other, f->at_ns,
		       f->until_ns == INT64_MAX ? -1 : f->until_ns);
	}
}

/* Returns the index of `name` among the n names; n if the name is not there. */
static int
named(const char *const *names, int n, const char *name)
{
	int i = 0;

	while (i < n && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static int
load_fault(struct lot *l, const char *line)
{
	struct fault *f = &l->faults[l->nfaults];
	char kind[32];

	if (l->nfaults == LOT_FAULTS_MAX ||
	    sscanf(line, "fault %31s %u %u %" SCNd64 " %" SCNd64, kind,
		   &f->machine, &f->other, &f->at_ns, &f->until_ns) != 5)
		return -1;
	f->kind = named(fault_names, FAULT_KINDS, kind);
	if (f->kind == FAULT_KINDS || f->machine >= l->machines ||
	    f->other >= l->machines || f->machine == f->other)
		return -1;
	if (f->until_ns == -1)
		f->until_ns = INT64_MAX;
	l->nfaults++;
	return 0;
}

static int
load_number(struct lot *l, const char *word, uint64_t n)
{
	for (size_t i = 0; i < NNUMBERS; i++)
		if (strcmp(numbers[i].name, word) == 0) {
			*(uint64_t *)((char *)l + numbers[i].at) = n;
			return 0;
		}
	return -1;
}

static int
load_line(struct lot *l, const char *line)
{
	char word[32], name[32];
	uint64_t n;

	if (line[0] == '#' || line[0] == '\n')
		return 0;
	if (strncmp(line, "fault ", 6) == 0)
		return load_fault(l, line);
	if (sscanf(line, "workload %31s", name) == 1) {
		l->workload = named(workload_names, WORKLOADS, name);
		return l->workload < WORKLOADS ? 0 : -1;
	}
	if (sscanf(line, "%31s %" SCNu64, word, &n) != 2)
		return -1;
	return load_number(l, word, n);
}

static bool
is_sound(const struct lot *l)
{
	return l->machines >= 2 && l->machines <= LOT_MACHINES_MAX &&
	       l->cores <= l->machines && l->size > 0 && l->chunk_size > 0 &&
	       l->mbit > 0;
}

int
lot_load(struct lot *l, const char *path)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[256];

	*l = (struct lot){0};
	if (f == NULL) {
		perror(path);
		return -1;
	}
	while (fgets(line, sizeof line, f) != NULL)
		if (load_line(l, line) == -1) {
			fprintf(stderr, "%s: not of a lot: %s", path, line);
			return -1;
		}
	if (!is_sound(l)) {
		fprintf(stderr, "%s: no lot\n", path);
		return -1;
	}
	return 0;
}

void
lot_drop_fault(struct lot *l, unsigned i)
{
	memmove(&l->faults[i], &l->faults[i + 1],
		(l->nfaults - i - 1) * sizeof *l->faults);
	l->nfaults--;
}
