/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* evict: chooses the chunk that a node drops when its store is over its budget,
 * and says how much of a store is left to passing chunks.  Pure.
 *
 * A store that cannot hold all of the image is in two parts: chunks that it
 * keeps, and chunks that pass.  A passing chunk was read here, or by way of
 * this node, and is held until newer ones pass.  Passing chunks do not push out
 * chunks that are kept, since other nodes count on these.
 */
#ifndef VF_ROUTER_POLICY_EVICT_H
#define VF_ROUTER_POLICY_EVICT_H

#include <stdbool.h>
#include <stdint.h>

#include "router/policy/fill.h"

#define EVICT_NONE UINT32_MAX

/* Returns how many chunks of a store's room the background fill leaves free for
 * passing chunks. */
uint32_t evict_reserve(uint32_t room);

/* Returns how many chunks may be fetched ahead of a reader, so that none is
 * dropped before the reader comes to it.  The reader may be a client of this
 * node, or another node that fetches by way of this one.  The store has room
 * for `room` chunks, and holds `kept` chunks that it keeps. */
uint32_t evict_window(uint32_t room, uint32_t kept);

/* A chunk that may be dropped. */
struct evict_candidate {
	uint32_t chunk;
	/* number of the chunk's last use; the less, the longer ago */
	uint32_t used;
};
/* Returns which of n candidates to drop: of those that have R copies
 * (f->copies) or more on other nodes the least recently used, or, if there are
 * none, of those that have the most copies.  If no candidate is known to have
 * any copy elsewhere, EVICT_NONE is returned, unless `must` is set. */
uint32_t evict_choose(const struct fill_state *f,
		      const struct evict_candidate *c, uint32_t n, bool must);

/* Returns whether a chunk that has come to a store only passes.  The store has
 * room for `room` chunks, of which `kept` are kept.  A chunk passes if this
 * node is not to keep it (route_keeps), or if the store's part for kept chunks
 * is full.  While somebody reads here (`reads` is true) that part is half of
 * the store, else all of it but evict_reserve.  Readers of a crowd are more
 * than a window apart: a passing chunk must stay until the last of them has
 * read it, or it is fetched twice. */
bool evict_passes(const struct fill_state *f, uint32_t chunk, uint32_t room,
		  uint32_t kept, bool reads);

#endif
