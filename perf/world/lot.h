/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lot: a world, a workload and faults, drawn by a seed or read from a file.
 *
 * A file has the lot itself, not its seed, so that it stays the same when
 * more kinds are drawn: a word and its value a line, then a line a fault,
 *
 *	fault KIND MACHINE OTHER AT UNTIL
 *
 * with times in nanoseconds after the beginning, UNTIL -1 for ever.
 */
#ifndef VF_PERF_WORLD_LOT_H
#define VF_PERF_WORLD_LOT_H

#include <stdbool.h>
#include <stdint.h>

#define LOT_FAULTS_MAX 8
#define LOT_MACHINES_MAX 64 /* a bit of `idle` each */

enum workload {
	CROWD,
	STAGGERED,
	LONE,
	ANYHOW, /* reads of 4 KiB here and there */
	FILL,   /* as a crowd, and all copy what they have room for */
	SMALL_STORES,
	JOINING, /* machines boot one after the other, and read at once */
	CHANGE,  /* another image becomes the default, and is read too */
	WORKLOADS
};

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
	DAMAGE,     /* chunks in its store */
	RESTART,    /* the router is killed and started again */
	QUIT,       /* the machine is shut down, and switched on again */
	HALF_CARD,  /* the card sends nothing, and receives */
	HANG,       /* reads and writes of the medium do not end */
	CLOCK_JUMP, /* the time of day is another */
	CLONE,      /* the machine boots as another that is on */
	GROUP_LOST, /* the corosync there dies */
	FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	uint32_t machine, other;
	int64_t at_ns, until_ns; /* after the beginning; INT64_MAX: for ever */
};

struct lot {
	enum workload workload;
	uint64_t seed;     /* chance, while the lot runs */
	uint64_t machines; /* with the seed, number 0 */
	uint64_t cores;    /* that are in a group; 0: the seed alone, in none */
	uint64_t promotes; /* 1: others become core where one is missing */
	uint64_t boots;    /* 1: core nodes have a boot service */
	uint64_t size;     /* bytes */
	uint64_t chunk_size;
	uint64_t mbit;
	uint64_t rtt_ns;
	uint64_t budget; /* bytes; 0: all */
	uint64_t idle;   /* machines that do not read, a bit each */
	unsigned nfaults;
	struct fault faults[LOT_FAULTS_MAX];
};

extern const char *const workload_names[WORKLOADS];
extern const char *const fault_names[FAULT_KINDS];

/* Workloads follow each other, seed by seed. */
void lot_draw(struct lot *l, uint64_t seed);
/* Prints what lot_load reads. */
void lot_print(const struct lot *l);
/* -1, and a message: it is no lot. */
int lot_load(struct lot *l, const char *path);
void lot_drop_fault(struct lot *l, unsigned i);

#endif
