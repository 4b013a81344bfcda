/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lot: a world, a workload and faults, drawn by a seed or read from a file.
 *
 * A file has the lot itself rather than the seed that drew it, so that it stays
 * the same when more kinds of faults are added.  Each line has the name of a
 * field and its value; then follows a line for each fault,
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
#define LOT_MACHINES_MAX 64 /* each has a bit in `idle` */

enum workload {
	CROWD,     /* all machines read the whole image at once */
	STAGGERED, /* as CROWD, but each begins within 1 s of the last */
	LONE,      /* machine 1 alone reads the image */
	ANYHOW, /* machines read 4 KiB at random places, one read at a time */
	FILL,   /* as CROWD, and all machines fill their stores */
	SMALL_STORES, /* as CROWD, with stores of STORE_BUDGET_MIN */
	/* machines boot one after the other, and read as soon as they do */
	JOINING,
	CHANGE, /* another image becomes the default image, and is read too */
	WORKLOADS
};

enum fault_kind {
	KILL,  /* power fails; the machine boots again with its store */
	WIPE,  /* power fails; the machine boots again with an empty store */
	LEAVE, /* the machine dies for ever */
	STOP,  /* all processes of the machine are stopped (SIGSTOP) */
	STOP_ROUTER, /* the router alone is stopped, nbdkit lives */
	CUT,         /* the machine and all others do not reach each other */
	HALF_CUT,    /* machine and other do not reach each other */
	ONE_WAY,     /* the machine's packets do not reach the other */
	SLOW,        /* the machine has a tenth of its link */
	DRIBBLE,     /* the machine has a 50,000th of its link */
	BARREN,      /* nbdkit answers probes, and no other reads of an image */
	LIE,         /* nbdkit answers with wrong bytes */
	FULL,        /* writes to the disk fail (ENOSPC) */
	DAMAGE,      /* chunks in its store have wrong bytes */
	RESTART,     /* the router is killed and started again */
	QUIT,        /* the machine is shut down, then switched on again */
	HALF_CARD,   /* the network card receives, but sends nothing */
	HANG,        /* reads and writes of the disk do not end */
	CLOCK_JUMP,  /* the time of day jumps, and jumps back */
	CLONE, /* the machine boots with the identity of `other`, which is on */
	GROUP_LOST, /* the machine's corosync dies, and starts again */
	FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	uint32_t machine, other;
	/* ns after the beginning; until_ns is INT64_MAX for ever */
	int64_t at_ns, until_ns;
};

struct lot {
	enum workload workload;
	uint64_t seed; /* seed of all random numbers while the lot runs */
	/* number of machines, with machine 0, which has the image's file */
	uint64_t machines;
	/* core nodes in a group; 0: machine 0 alone is one, in no group */
	uint64_t cores;
	/* 1: other machines become core nodes where one is missing */
	uint64_t promotes;
	uint64_t boots; /* 1: core nodes have a boot service */
	uint64_t size;  /* bytes of the image */
	uint64_t chunk_size;
	uint64_t mbit;
	uint64_t rtt_ns;
	/* bytes that the stores of a machine may take; 0: no bound */
	uint64_t budget;
	uint64_t idle; /* a bit for each machine that does not read */
	unsigned nfaults;
	struct fault faults[LOT_FAULTS_MAX];
};

extern const char *const workload_names[WORKLOADS];
extern const char *const fault_names[FAULT_KINDS];

/* Draws a lot by a seed; its workload is the seed modulo WORKLOADS. */
void lot_draw(struct lot *l, uint64_t seed);
/* Prints a lot in the form that lot_load reads. */
void lot_print(const struct lot *l);
/* Reads a lot from a file. -1: the file is no lot, and a message says so. */
int lot_load(struct lot *l, const char *path);
void lot_drop_fault(struct lot *l, unsigned i);

#endif
