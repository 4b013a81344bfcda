/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* promote: when a satellite becomes a core node.
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

#define PROMOTE_CORES 3
#define PROMOTE_SETTLE_MS 2000
#define PROMOTE_NEXT_MS 500  /* between two that are both needed */
#define PROMOTE_RANK_MS 5000 /* between two, of which the first was enough */
#define PROMOTE_ALONE_MS 6000
/* Free memory: corosync and the rest take up to 40 MiB. */
#define PROMOTE_MEMORY (64ULL << 20)
#define PROMOTE_AGE_MS 5000 /* of the node */

struct promote_facts {
	uint64_t memory; /* bytes that are free */
	int64_t age_ms;  /* since the node is ready */
	bool alone;      /* no core node answers */
	uint32_t cores;  /* in the view */
	uint32_t before; /* satellites that may, and are before this one */
};

struct promote {
	int64_t since_ms, alone_ms; /* 0: it is not so */
};

/* To be called every second or so, by one that may and has not yet. */
bool promote_due(struct promote *p, const struct promote_facts *f,
		 int64_t now_ms);

#endif
