/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promote: decides whether this satellite becomes a core node.
 *
 * A cluster should have PROMOTE_CORES core nodes.  If some have been missing
 * for PROMOTE_SETTLE_MS, as many satellites become core nodes: those with the
 * lowest addresses.  A satellite may be unfit, and announces nothing about
 * that.  So if such a satellite has not become a core node PROMOTE_RANK_MS
 * later, the satellite with the next address does.  Each satellite decides for
 * itself, and all decide alike; only if two of them have different views there
 * may be too many core nodes.
 *
 * If no core node answers, the core nodes of the last view count as dead.
 *
 * Pure.  Times are milliseconds of CLOCK_MONOTONIC.
 */
#ifndef VF_VFIELD_PROMOTE_H
#define VF_VFIELD_PROMOTE_H

#include <stdbool.h>
#include <stdint.h>

/* how many core nodes a cluster should have; arbitrary: two may die */
#define PROMOTE_CORES 3
/* for how many milliseconds core nodes must be missing; arbitrary */
#define PROMOTE_SETTLE_MS 2000
/* Milliseconds between the moments at which two satellites become core nodes,
 * if two are needed.  Arbitrary. */
#define PROMOTE_NEXT_MS 500
/* Milliseconds after which the next satellite takes over from one that has not
 * become a core node.  Arbitrary. */
#define PROMOTE_RANK_MS 5000
#define PROMOTE_ALONE_MS 6000
/* Bytes of memory that must be available: corosync and the other processes of a
 * core node take up to 40 MiB. */
#define PROMOTE_MEMORY (64ULL << 20)
/* for how many milliseconds a node must have run; arbitrary: a node that has
 * just come may soon be gone */
#define PROMOTE_AGE_MS 5000

struct promote_facts {
	uint64_t memory; /* bytes of memory that are available */
	int64_t age_ms;  /* milliseconds since the node was ready */
	bool alone;      /* no core node answers */
	uint32_t cores;  /* number of core nodes in the view */
	/* how many satellites with lower addresses than this one's may become
	 * core nodes */
	uint32_t before;
};

struct promote {
	/* since when core nodes have been missing; 0: none is, or this node is
	 * unfit */
	int64_t since_ms;
	/* since when no core node has answered; 0: one answers */
	int64_t alone_ms;
};

/* Returns true if this satellite is to become a core node now.  Must be called
 * every second or two. */
bool promote_due(struct promote *p, const struct promote_facts *f,
		 int64_t now_ms);

#endif
