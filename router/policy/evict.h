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

/* Returns how many chunks of a store's room are not to be filled, so that
 * passing chunks find room. */
uint32_t evict_reserve(uint32_t room);

/* Returns how many chunks ahead of a reader may be fetched and still be there
 * when this reader, or another that fetches by way of this node, comes to them.
 * The store has room for `room` chunks, of which `kept` are kept. */
uint32_t evict_window(uint32_t room, uint32_t kept);

/* A chunk that may be dropped. */
struct evict_candidate {
	uint32_t chunk;
	uint32_t used; /* a counter at the last use: the least is the oldest */
};
/* Returns which of n candidates to drop: of those that have R copies on other
 * nodes the least recently used, or, if there are none, of those that have the
 * most copies.  If no candidate is known to have any copy elsewhere, EVICT_NONE
 * is returned, unless `must` is set. */
uint32_t evict_choose(const struct fill_state *f,
		      const struct evict_candidate *c, uint32_t n, bool must);

/* Returns whether a chunk that has come to a store only passes.  The store has
 * room for `room` chunks, of which `kept` are kept.  A chunk passes if this
 * node is not to keep it (route_keeps), or the part for kept chunks is full.
 * That part is half of the store while somebody reads here (reads): in a crowd
 * each reader is ahead of some and behind others by more than a window, and a
 * chunk that is dropped before all have it is fetched twice. */
bool evict_passes(const struct fill_state *f, uint32_t chunk, uint32_t room,
		  uint32_t kept, bool reads);

#endif
