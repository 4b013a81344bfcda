/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* world: runs a cluster of nodes, with the real code of router and membership,
 * in one process and in simulated time.  All random choices depend on one
 * seed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/crowd.h"
#include "perf/world/lot.h"
#include "perf/world/rng.h"
#include "perf/world/run.h"
#include "perf/world/soak.h"
#include "perf/world/trace.h"

static void
usage(void)
{
	fputs("usage: world soak|find FIRST COUNT\n"
	      "       world replay|check|shrink|draw SEED|FILE\n"
	      "       world way SEED|FILE CHUNK\n"
	      "       world [NAME=NUMBER...], of which\n",
	      stderr);
	crowd_usage();
	exit(2);
}

static bool
is_number(const char *text, uint64_t *n)
{
	char *end;

	*n = strtoull(text, &end, 10);
	return *text != '\0' && *end == '\0';
}

static uint64_t
number(const char *text)
{
	uint64_t n;

	if (!is_number(text, &n))
		usage();
	return n;
}

/* Makes *l the lot that `what` means: drawn from a seed if it is a number, else
 * loaded from the file. */
static void
get_lot(struct lot *l, const char *what)
{
	uint64_t seed;

	if (is_number(what, &seed))
		lot_draw(l, seed);
	else if (lot_load(l, what) == -1)
		exit(2);
}

/* Runs a lot.  Returns 0 if all invariants held, 1 if one was broken. */
static int
replay(const struct lot *l, bool all)
{
	unsigned broken;

	trace_print(all);
	rng_seed(l->seed);
	broken = run_lot(l);
	printf("trace %016" PRIx64 "\n", trace_hash());
	return broken > 0;
}

static int
one(const char *verb, const char *what)
{
	struct lot l;

	get_lot(&l, what);
	if (strcmp(verb, "shrink") == 0)
		return soak_shrink(&l);
	if (strcmp(verb, "check") == 0)
		return replay(&l, false);
	lot_print(&l);
	if (strcmp(verb, "draw") == 0)
		return 0;
	if (strcmp(verb, "replay") != 0)
		usage();
	return replay(&l, true);
}

static int
by_hand(int argc, char **argv)
{
	int ret;

	for (int i = 1; i < argc; i++)
		if (crowd_set(argv[i]) == -1)
			usage();
	ret = crowd_run();
	if (ret == -1)
		usage();
	return ret;
}

int
main(int argc, char **argv)
{
	struct lot l;

	if (argc == 4 && strcmp(argv[1], "soak") == 0)
		return soak_run(number(argv[2]), number(argv[3]));
	if (argc == 4 && strcmp(argv[1], "find") == 0)
		return soak_find(number(argv[2]), number(argv[3]));
	if (argc == 4 && strcmp(argv[1], "way") == 0) {
		get_lot(&l, argv[2]);
		trace_way_of(number(argv[3]));
		return replay(&l, false);
	}
	if (argc == 3 && strchr(argv[1], '=') == NULL)
		return one(argv[1], argv[2]);
	return by_hand(argc, argv);
}
