/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* conn: answers questions that rules.c asks about connections to peers.  conn.c
 * also implements the connections themselves (router/peer/peer_conn.h).
 */
#ifndef VF_PERF_WORLD_CONN_H
#define VF_PERF_WORLD_CONN_H

#include "perf/world/machine.h"
#include "router/peer/peer.h"

/* The most connections to one peer for one image (conn_pool.c): 16 lanes and 4
 * others for asks that may wait at the peer, 1 for the line, 16 lanes and 2
 * others for asks that may not wait there, and 3 for files such as
 * manifests. */
#define CONN_MOST (16 + 4 + 1 + 16 + 2 + 3)

struct ask;

/* Returns how many connections m's router has to the machine to which it has
 * the most. */
unsigned conn_most_to_one(const struct machine *m);
/* Returns how often m asked `of` for a chunk and got an error or wrong
 * bytes. */
unsigned conn_refusals(const struct machine *m, const struct machine *of);
/* Finds out whether the peer to which the ask `a` was sent waits for a chunk
 * itself before it can answer.  If so, sets *at to that peer, and *image and
 * *chunk to the chunk, and returns true. */
bool conn_waits_for(const struct ask *a, const struct machine **at,
		    struct digest *image, uint32_t *chunk);

#endif
