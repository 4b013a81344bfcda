/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* world: a cluster of nodes that run the router's and the membership's own
 * code, in one process and in simulated time.  One seed decides all that is
 * left to chance.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/world/crowd.h"
#include "perf/world/lot.h"
#include "perf/world/rng.h"
#include "perf/world/soak.h"
#include "perf/world/trace.h"

static void
usage(void)
{
	fputs("usage: world soak FIRST COUNT\n"
	      "       world replay SEED [FAULTS READERS]\n"
	      "       world shrink SEED\n"
	      "       world [NAME=NUMBER...], of which\n",
	      stderr);
	crowd_usage();
	exit(2);
}

static uint64_t
number(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);

	if (*text == '\0' || *end != '\0')
		usage();
	return n;
}

/* less, if given: bits of what is left out, as shrink prints them. */
static int
replay(uint64_t seed, const struct lot_less *less)
{
	struct lot l;
	unsigned broken;

	lot_draw(&l, seed);
	lot_print(&l, less);
	trace_print(true);
	rng_seed(seed);
	broken = lot_run(&l, less);
	printf("trace %016" PRIx64 "\n", trace_hash());
	return broken > 0;
}

int
main(int argc, char **argv)
{
	struct lot_less less = {0};
	int ret;

	if (argc == 4 && strcmp(argv[1], "soak") == 0)
		return soak_run(number(argv[2]), number(argv[3]));
	if (argc == 3 && strcmp(argv[1], "shrink") == 0)
		return soak_shrink(number(argv[2]));
	if (argc == 5 && strcmp(argv[1], "replay") == 0)
		less = (struct lot_less){number(argv[3]), number(argv[4])};
	if ((argc == 3 || argc == 5) && strcmp(argv[1], "replay") == 0)
		return replay(number(argv[2]), &less);
	for (int i = 1; i < argc; i++)
		if (crowd_set(argv[i]) == -1)
			usage();
	ret = crowd_run();
	if (ret == -1)
		usage();
	return ret;
}
