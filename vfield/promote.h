/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promote: the decision whether a satellite becomes a core node.
 *
 * There are to be PROMOTE_CORES of them.  Where one is missing, the first of
 * the satellites that may take its place, in the order of their addresses,
 * does so once the view has been like that for a moment; the next one only
 * when that has brought nothing for a while, as one that is not fit for it
 * says nothing.  So all of them decide alike, each for itself, and there are
 * too many only where the views of two differ.
 *
 * Where no core node answers any more they count as none: the last view then
 * names those that are dead.
 *
 * Pure.  Times are milliseconds of CLOCK_MONOTONIC.
 */
#ifndef VF_VFIELD_PROMOTE_H
#define VF_VFIELD_PROMOTE_H

#include <stdbool.h>
#include <stdint.h>

#define PROMOTE_CORES 3 /* chosen: what they share outlives two of them */
#define PROMOTE_SETTLE_MS 2000 /* chosen: views of a moment are passed over */
#define PROMOTE_NEXT_MS                                                        \
	500 /* the pause between two satellites that are both needed; chosen   \
	     */
#define PROMOTE_RANK_MS                                                        \
	5000 /* the pause before the next one where one was needed; chosen */
#define PROMOTE_ALONE_MS 6000
/* Free memory: corosync and the rest take up to 40 MiB. */
#define PROMOTE_MEMORY (64ULL << 20)
#define PROMOTE_AGE_MS 5000 /* chosen: a node that just came may be going */

struct promote_facts {
	uint64_t memory; /* bytes that are free */
	int64_t age_ms;  /* milliseconds since the node was ready */
	bool alone;      /* no core node answers */
	uint32_t cores;  /* core nodes in the view */
	/* satellites that may become core nodes, and come before this one */
	uint32_t before;
};

struct promote {
	int64_t since_ms; /* when a core node was found missing; 0: none is */
	/* when the last core node fell silent; 0: one answers */
	int64_t alone_ms;
};

/* Satellites that may become core nodes call this every second or so. */
bool promote_due(struct promote *p, const struct promote_facts *f,
		 int64_t now_ms);

#endif
