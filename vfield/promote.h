/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promote: decides whether this satellite becomes a core node.
 *
 * A cluster is to have PROMOTE_CORES core nodes.  If core nodes are missing,
 * satellites take their places, in the order of their addresses, once the view
 * has been like that for PROMOTE_SETTLE_MS.  If one of those satellites does
 * not become a core node (an unfit one does not say so), the next satellite
 * does so PROMOTE_RANK_MS later.  So all satellites decide alike, each for
 * itself; there are too many core nodes only where two satellites have
 * different views.
 *
 * If no core node answers, the core nodes of the last view count as dead.
 *
 * Pure.  Times are milliseconds of CLOCK_MONOTONIC.
 */
#ifndef VF_VFIELD_PROMOTE_H
#define VF_VFIELD_PROMOTE_H

#include <stdbool.h>
#include <stdint.h>

/* core nodes that a cluster is to have; arbitrary: two may die */
#define PROMOTE_CORES 3
/* milliseconds; arbitrary: a view that lasts less is ignored */
#define PROMOTE_SETTLE_MS 2000
/* Milliseconds between two satellites that are both needed; arbitrary. */
#define PROMOTE_NEXT_MS 500
/* Milliseconds until the next satellite takes over, if a needed one did
 * nothing; arbitrary. */
#define PROMOTE_RANK_MS 5000
#define PROMOTE_ALONE_MS 6000
/* Bytes of memory that must be available: corosync and the other processes of a
 * core node take up to 40 MiB. */
#define PROMOTE_MEMORY (64ULL << 20)
/* milliseconds that a node must have run; arbitrary: a node that just came may
 * soon be gone */
#define PROMOTE_AGE_MS 5000

struct promote_facts {
	uint64_t memory; /* bytes that are available */
	int64_t age_ms;  /* milliseconds since the node was ready */
	bool alone;      /* no core node answers */
	uint32_t cores;  /* core nodes in the view */
	/* satellites with lower addresses than this one's that may become core
	 * nodes */
	uint32_t before;
};

struct promote {
	/* when a core node was first found missing; 0: none is, or this node is
	 * not fit */
	int64_t since_ms;
	/* when the last core node fell silent; 0: a core node answers */
	int64_t alone_ms;
};

/* Returns whether this satellite is to become a core node now.  To be called
 * every second or two. */
bool promote_due(struct promote *p, const struct promote_facts *f,
		 int64_t now_ms);

#endif
