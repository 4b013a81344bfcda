/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* evict: the chunk that a node drops when it is over its budget, and the room
 * that it leaves to chunks that only pass.  Pure.
 *
 * A store that cannot hold all of the image is in two parts: chunks that it
 * keeps, and chunks that pass, which it holds since somebody read them here or
 * by way of this node, until something newer passes.  Passing chunks do not
 * push out those that are kept: others count on these.
 */
#ifndef VF_ROUTER_POLICY_EVICT_H
#define VF_ROUTER_POLICY_EVICT_H

#include <stdbool.h>
#include <stdint.h>

#include "router/policy/fill.h"

#define EVICT_NONE UINT32_MAX

/* Chunks of a store with that much room that are not filled, so that passing
 * chunks find room. */
uint32_t evict_reserve(uint32_t room);

/* How far ahead of a reader chunks may be fetched, and still be there for it
 * and for those who fetch by way of this node, in a store that keeps so many of
 * its room. */
uint32_t evict_window(uint32_t room, uint32_t kept);

/* The chunk to drop to make room: of `n` candidates (chunk, last use) the
 * least recently used that R others hold; if none has R copies elsewhere,
 * one that has most.  A chunk of which no other copy is known is dropped
 * only if all are such: then EVICT_NONE is returned unless `must`. */
struct evict_candidate {
	uint32_t chunk;
	uint32_t used; /* counts up; least is oldest */
};
uint32_t evict_choose(const struct fill_state *f,
		      const struct evict_candidate *c, uint32_t n, bool must);

/* A chunk has come to a store with room for so many, that keeps so many by now:
 * does it only pass?  Half of the store is left to what passes while somebody
 * reads: in a crowd each is ahead of some and behind others by more than a
 * window, and what is dropped before all have it is fetched twice. */
bool evict_passes(const struct fill_state *f, uint32_t chunk, uint32_t room,
		  uint32_t kept, bool reads);

#endif
