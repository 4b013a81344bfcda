/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lot: describes a run: a world, a workload and faults.  A lot is drawn at
 * random from a seed, or read from a file.
 *
 * A file has the lot itself, not the seed from which it was drawn, so that it
 * stays the same when more kinds of faults are added.  Each line has the name
 * of a field and its value.  Then follows a line for each fault,
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
/* most machines of a lot: each has a bit in lot.idle */
#define LOT_MACHINES_MAX 64

enum workload {
	CROWD, /* all machines read the whole image at once */
	/* as CROWD, but each begins up to 1 s after the one before */
	STAGGERED,
	LONE, /* machine 1 alone reads the image */
	/* each machine reads 4 KiB at random places, one read at a time */
	ANYHOW,
	FILL, /* as CROWD, and all machines fill their stores */
	/* as CROWD, and each machine's stores have a budget of
	 * STORE_BUDGET_MIN */
	SMALL_STORES,
	/* machines boot one after the other; each reads as soon as it is on */
	JOINING,
	/* as CROWD; then another image becomes the default, and is read too */
	CHANGE,
	WORKLOADS
};

enum fault_kind {
	KILL,  /* power fails; the machine boots again with its store */
	WIPE,  /* power fails; the machine boots again with an empty store */
	LEAVE, /* the machine dies for ever */
	STOP,  /* all processes of the machine are stopped (SIGSTOP) */
	STOP_ROUTER, /* the router alone is stopped, nbdkit lives */
	CUT,         /* the machine and all others cannot reach each other */
	HALF_CUT,    /* the machine and `other` cannot reach each other */
	ONE_WAY,     /* the machine's packets do not reach `other` */
	SLOW,        /* the machine's links have a tenth of their rate */
	DRIBBLE,     /* the machine's links have a 50,000th of their rate */
	/* the machine's nbdkit answers probes and no other reads of an image */
	BARREN,
	LIE,     /* the machine's nbdkit answers with wrong bytes */
	FULL,    /* writes to the machine's disk fail (ENOSPC) */
	DAMAGE,  /* chunks in the machine's store get wrong bytes */
	RESTART, /* the machine's router is killed and started again */
	QUIT,    /* the machine is shut down, then switched on again */
	/* the machine's network card receives, but sends nothing */
	HALF_CARD,
	HANG,       /* reads and writes of the machine's disk do not end */
	CLOCK_JUMP, /* the machine's time of day jumps, and jumps back */
	CLONE, /* the machine boots with the identity of `other`, which is on */
	GROUP_LOST, /* the machine's corosync dies, and starts again */
	FAULT_KINDS
};

struct fault {
	enum fault_kind kind;
	uint32_t machine, other;
	/* when the fault begins and ends, ns after the beginning of the lot;
	 * until_ns is INT64_MAX for a fault that does not end */
	int64_t at_ns, until_ns;
};

struct lot {
	enum workload workload;
	uint64_t seed; /* seed of all random numbers while the lot runs */
	/* number of machines; among them is machine 0, which has the image as a
	 * file */
	uint64_t machines;
	/* how many machines are core nodes in a group from the beginning; 0:
	 * machine 0 is the only core node, and in no group */
	uint64_t cores;
	/* 1: when a core node is missing, another machine becomes one */
	uint64_t promotes;
	uint64_t boots; /* 1: core nodes have a boot service */
	uint64_t size;  /* bytes of the image */
	uint64_t chunk_size;
	uint64_t mbit;
	uint64_t rtt_ns;
	/* bytes that the stores of a machine may take together; 0: no bound */
	uint64_t budget;
	uint64_t idle; /* a bit for each machine that does not read */
	unsigned nfaults;
	struct fault faults[LOT_FAULTS_MAX];
};

extern const char *const workload_names[WORKLOADS];
extern const char *const fault_names[FAULT_KINDS];

/* Makes *l a lot drawn at random from a seed; its workload is the seed modulo
 * WORKLOADS. */
void lot_draw(struct lot *l, uint64_t seed);
/* Prints a lot in the form that lot_load reads. */
void lot_print(const struct lot *l);
/* Reads a lot from a file.  Returns 0, or -1 after printing what is wrong with
 * the file. */
int lot_load(struct lot *l, const char *path);
void lot_drop_fault(struct lot *l, unsigned i);

#endif
