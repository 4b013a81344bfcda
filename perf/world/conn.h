/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* conn: peers' connections (router/peer/peer_conn.h), as the rules look at
 * them. */
#ifndef VF_PERF_WORLD_CONN_H
#define VF_PERF_WORLD_CONN_H

#include "perf/world/machine.h"
#include "router/peer/peer.h"

/* Connections to one peer for an image (conn_pool.c): a lane each that waits
 * there, 4 that share none, the line's, a lane each that does not wait, 2 that
 * share none; and 3 for files. */
#define CONN_MOST (16 + 4 + 1 + 16 + 2 + 3)

struct ask;

/* The most connections that the machine's router has to one other. */
unsigned conn_most_to_one(const struct machine *m);
/* How often m got none of a chunk, or a wrong one, of that machine. */
unsigned conn_refusals(const struct machine *m, const struct machine *of);
/* The chunk that the peer itself waits for before it can answer the ask; false:
 * it waits for none. */
bool conn_waits_for(const struct ask *a, const struct machine **at,
		    struct digest *image, uint32_t *chunk);

#endif
