/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lot: a world, a workload and faults, drawn by a seed.
 *
 * What is left out for a shorter tale (struct lot_less) changes nothing of the
 * rest: the lot is drawn first.
 */
#ifndef VF_PERF_WORLD_LOT_H
#define VF_PERF_WORLD_LOT_H

#include <stdbool.h>
#include <stdint.h>

#define LOT_FAULTS_MAX 6

enum workload { CROWD, STAGGERED, LONE, ANYHOW, FILL, SMALL_STORES, WORKLOADS };

enum fault_kind {
	KILL,        /* power fails; it boots again with its store */
	WIPE,        /* and without */
	LEAVE,       /* for ever */
	STOP,        /* all its processes */
	STOP_ROUTER, /* nbdkit lives */
	CUT,         /* from all others */
	HALF_CUT,    /* two that do not reach each other */
	ONE_WAY,     /* words of one do not reach the other */
	SLOW,        /* a tenth of its link */
	DRIBBLE,     /* bytes in a second */
	BARREN,      /* nbdkit answers all but reads */
	LIE,
	FULL,
	DAMAGE,  /* chunks in its store */
	RESTART, /* the router is killed and started again */
	FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	uint32_t machine, other;
	int64_t at_ns, until_ns; /* after the beginning; INT64_MAX: for ever */
};

struct lot {
	uint64_t seed;
	enum workload workload;
	uint32_t machines; /* with the seed, number 0 */
	uint64_t size;
	uint32_t chunk_size;
	uint64_t mbit;
	int64_t rtt_ns;
	uint64_t budget; /* bytes; 0: all */
	unsigned nfaults;
	struct fault faults[LOT_FAULTS_MAX];
};

/* Faults and readers that are left out: a bit each. */
struct lot_less {
	uint64_t faults, readers;
};

extern const char *const workload_names[WORKLOADS];
extern const char *const fault_names[FAULT_KINDS];

void lot_draw(struct lot *l, uint64_t seed);
/* Runs it: the number of things that did not hold. */
unsigned lot_run(const struct lot *l, const struct lot_less *less);
void lot_print(const struct lot *l, const struct lot_less *less);

#endif
